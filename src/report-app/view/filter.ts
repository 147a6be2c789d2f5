/** The filter language of the checks screen: `target:webgpu verdict:fail linf>1e-3 -suite:digits word`. */
import type { Check } from '../../result/document.ts';
import { metricOf } from '../../result/reading.ts';
import { fromWire } from '../../result/wire.ts';
import { operatorOf } from './operators.ts';
import type { Row } from './rows.ts';

export interface Filter {
  readonly matches: (row: Row) => boolean;
  /** What could not be understood, in words. */
  readonly problems: readonly string[];
}

type Test = (row: Row) => boolean;

/** Names before a colon, each with the texts that it looks at. */
const FIELDS: Readonly<Record<string, (row: Row) => readonly (string | null)[]>> = {
  suite: ({ check }) => [check.suite],
  model: ({ check }) => [check.model],
  case: ({ check }) => [check.case],
  target: ({ check }) => [check.target],
  output: ({ check }) => [check.output],
  dtype: ({ check }) => [check.dtype],
  verdict: ({ check, standing }) => [check.verdict, standing, standing.replace(' ', '-')],
  status: ({ check }) => [check.status],
  outcome: ({ check }) => [check.outcome, check.outcome.replace(' ', '-')],
  operator: ({ check }) => [operatorOf(check.model)],
  golden: ({ check }) => [check.golden.state],
  reason: ({ check }) => check.reasons.map(({ code }) => code),
  is: ({ check, bad }) => [bad ? 'failing' : 'fine', check.optional ? 'optional' : 'required'],
};

export const FILTER_FIELDS: readonly string[] = Object.keys(FIELDS);

export function parseFilter(text: string): Filter {
  const problems: string[] = [];
  const tests: Test[] = [];
  for (const token of tokensOf(text)) {
    const negated = token.startsWith('-') && token.length > 1;
    const test = testOf(negated ? token.slice(1) : token, problems);
    if (test !== null) tests.push(negated ? (row) => !test(row) : test);
  }
  return { matches: (row) => tests.every((test) => test(row)), problems };
}

/** Words apart by blanks; quotes hold blanks together. */
function tokensOf(text: string): readonly string[] {
  return [...text.matchAll(/(?:[^\s"]+|"[^"]*"?)+/g)].map(([token]) => token);
}

function testOf(token: string, problems: string[]): Test | null {
  const field = /^([a-z]+):(.*)$/i.exec(token);
  if (field !== null) return fieldTest(field[1] ?? '', unquoted(field[2] ?? ''), problems);
  const metric = /^([\w.@]+)(<=|>=|<|>|=)(.+)$/.exec(token);
  if (metric !== null)
    return metricTest(metric[1] ?? '', metric[2] ?? '', unquoted(metric[3] ?? ''), problems);
  const word = unquoted(token).toLowerCase();
  return (row) => haystack(row.check).includes(word);
}

function fieldTest(name: string, value: string, problems: string[]): Test | null {
  const read = Object.hasOwn(FIELDS, name.toLowerCase()) ? FIELDS[name.toLowerCase()] : undefined;
  if (read === undefined) {
    problems.push(`There is no field “${name}”; fields are ${FILTER_FIELDS.join(', ')}.`);
    return null;
  }
  const wanted = value.toLowerCase();
  if (wanted === '') return null;
  const holds = WAYS.get(name.toLowerCase()) ?? ((found: string) => found.includes(wanted));
  return (row) =>
    read(row).some((text) => {
      const found = text?.toLowerCase();
      return found !== undefined && holds(found, wanted);
    });
}

/** Fields of fixed words: `pass` must not find `bypass`, and the operator Max not MaxPool. */
const WAYS: ReadonlyMap<string, (found: string, wanted: string) => boolean> = new Map([
  ...['verdict', 'status', 'outcome', 'is', 'golden'].map(
    (name) => [name, (found: string, wanted: string) => found.startsWith(wanted)] as const,
  ),
  ['operator', (found, wanted) => found === wanted],
]);

function metricTest(name: string, operator: string, value: string, problems: string[]): Test | null {
  const limit = Number(value);
  if (Number.isNaN(limit) && value.toLowerCase() !== 'nan') {
    problems.push(`“${value}” is not a number.`);
    return null;
  }
  return (row) => {
    const found = numberOf(row, name);
    return found !== null && compares(found, operator, limit);
  };
}

function compares(found: number, operator: string, limit: number): boolean {
  if (operator === '<') return found < limit;
  if (operator === '<=') return found <= limit;
  if (operator === '>') return found > limit;
  if (operator === '>=') return found >= limit;
  return found === limit || (Number.isNaN(found) && Number.isNaN(limit));
}

/** A metric, or the utilisation also where it is not among the metrics. */
export function numberOf(row: Row, name: string): number | null {
  if (name === 'utilisation') return row.utilisation;
  const value = metricOf(row.check, name);
  return value === undefined ? null : fromWire(value);
}

function haystack(check: Check): string {
  return [check.suite, check.model, check.case, check.output ?? '', check.target, check.dtype ?? '']
    .join('\n')
    .toLowerCase();
}

function unquoted(text: string): string {
  return text.replaceAll('"', '');
}

/** A `field:value` token whose value may hold blanks. */
export function filterToken(field: string, value: string): string {
  return /\s/.test(value) ? `${field}:"${value.replaceAll('"', '')}"` : `${field}:${value}`;
}
