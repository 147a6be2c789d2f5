/** `suites/known-failures.yaml`: failures that are known, why, and until when that is an excuse. */
import { LineCounter, parseDocument, isCollection } from 'yaml';
import { z } from 'zod';
import { historyError } from '../errors/catalogue/history.ts';
import type { Check } from '../result/index.ts';
import { standingOf } from '../result/reading.ts';
import { matcherOf } from './patterns.ts';
import { historyReason } from './reason-texts.ts';

const DATE = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, 'expected a date such as 2026-12-31')
  .refine((text) => isDate(text), 'there is no such day');

const PATTERN = z.string().min(1).exactOptional();

const ENTRY = z
  .strictObject({
    suite: PATTERN,
    model: PATTERN,
    case: PATTERN,
    target: PATTERN,
    output: PATTERN,
    reason: z.string().trim().min(1, 'a reason is needed'),
    /** The last day, in UTC, on which it is an excuse. */
    expires: DATE,
  })
  .refine(
    (entry) => FIELDS.some((field) => entry[field] !== undefined),
    'it would cover every check: name a suite, model, case, target or output',
  );

const FIELDS = ['suite', 'model', 'case', 'target', 'output'] as const;

const FILE = z.union([z.array(ENTRY), z.strictObject({ failures: z.array(ENTRY) }), z.null()]);

export type KnownFailure = z.infer<typeof ENTRY>;

function isDate(text: string): boolean {
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

/** The entries of the file: a list, or a list under `failures`. Throws KNOWN_FAILURES_INVALID with the line. */
export function parseKnownFailures(text: string, path: string): readonly KnownFailure[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const [broken] = document.errors;
  if (broken !== undefined) {
    const problem = broken.message.split('\n')[0] ?? 'it is not YAML';
    throw historyError('KNOWN_FAILURES_INVALID', { path, line: broken.linePos?.[0].line ?? 0, problem });
  }
  const value: unknown = document.toJS();
  const entries = Array.isArray(value) ? z.array(ENTRY).safeParse(value) : FILE.safeParse(value);
  if (entries.success) return Array.isArray(entries.data) ? entries.data : (entries.data?.failures ?? []);
  const issue = deepest(entries.error.issues);
  const node = document.getIn(issue.path as (string | number)[], true);
  const holder = isCollection(node)
    ? node
    : document.getIn(issue.path.slice(0, -1) as (string | number)[], true);
  const offset = rangeOf(node) ?? rangeOf(holder);
  const where = issue.path.map(String).join('.');
  throw historyError('KNOWN_FAILURES_INVALID', {
    path,
    line: offset === null ? 0 : lines.linePos(offset).line,
    problem: `${where === '' ? '' : `${where}: `}${issue.message}`,
  });
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly errors?: readonly (readonly Issue[])[];
}

/** A union names no place; the issue that got furthest does. */
function deepest(issues: readonly Issue[]): Issue {
  const all = issues.flatMap((issue) => [
    issue,
    ...(issue.errors ?? []).flat().map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })),
  ]);
  return all.reduce(
    (best, issue) => (issue.path.length > best.path.length ? issue : best),
    all[0] ?? { path: [], message: 'it is not a list' },
  );
}

function rangeOf(node: unknown): number | null {
  if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range))
    return null;
  return typeof node.range[0] === 'number' ? node.range[0] : null;
}

export interface KnownFailuresApplied {
  readonly checks: readonly Check[];
  /** Entries that no check of the run matches: a typing error, or a check that is gone. */
  readonly unused: readonly KnownFailure[];
}

/**
 * Failing checks that are listed become known failures; listed ones that pass say so; expired ones fail as before, with
 * a reason. `today` is the date in UTC, YYYY-MM-DD. Apply it after the baseline.
 */
export function applyKnownFailures(
  checks: readonly Check[],
  entries: readonly KnownFailure[],
  today: string,
): KnownFailuresApplied {
  const matchers = entries.map((entry) => ({ entry, matches: matcherFor(entry) }));
  const used = new Set<KnownFailure>();
  const settled = checks.map((check) => {
    const found = matchers.filter(({ matches }) => matches(check)).map(({ entry }) => entry);
    for (const entry of found) used.add(entry);
    // The entry that holds longest speaks for the check.
    const [entry] = found.toSorted((left, right) => (left.expires < right.expires ? 1 : -1));
    return entry === undefined ? check : settle(check, entry, today);
  });
  return { checks: settled, unused: entries.filter((entry) => !used.has(entry)) };
}

function settle(check: Check, { reason, expires }: KnownFailure, today: string): Check {
  const standing = standingOf(check);
  if (standing === 'skipped') return check;
  const bad = standing !== 'passed' || check.outcome === 'regressed' || check.outcome === 'removed';
  if (!bad) return { ...check, reasons: [...check.reasons, historyReason.knownFailurePasses(reason)] };
  if (expires < today)
    return { ...check, reasons: [...check.reasons, historyReason.knownFailureExpired(reason, expires)] };
  return {
    ...check,
    outcome: 'known failure',
    reasons: [...check.reasons, historyReason.knownFailure(reason, expires)],
  };
}

function matcherFor(entry: KnownFailure): (check: Check) => boolean {
  const parts = FIELDS.flatMap((field) => {
    const pattern = entry[field];
    return pattern === undefined ? [] : [{ field, matches: matcherOf(pattern) }];
  });
  return (check) => parts.every(({ field, matches }) => matches(check[field] ?? ''));
}
