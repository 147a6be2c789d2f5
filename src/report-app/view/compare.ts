/** The run of the page against a stored one: what changed its standing, what moved, and what else differs. */
import type { RunDocument } from '../../result/document.ts';
import { metricOf, type Standing } from '../../result/reading.ts';
import type { ReportChange, ReportRun } from '../../result/report-history.ts';
import { fromWire } from '../../result/wire.ts';
import type { Cell, HistoryView } from './history.ts';
import { keyText, type CheckKey, type Row, type RunView } from './rows.ts';

/** One check in both runs. */
export interface Pair {
  readonly key: CheckKey;
  /** `null` where this run has no such check. */
  readonly row: Row | null;
  readonly before: Cell | null;
  readonly after: number | null;
  /** Error now ÷ error then; `null` where one has none. */
  readonly factor: number | null;
}

export interface Comparison {
  /** Passed then, not now; and the other way round. */
  readonly worse: readonly Pair[];
  readonly better: readonly Pair[];
  readonly appeared: readonly Pair[];
  readonly gone: readonly Pair[];
  /** Same standing, another error; largest movement first. */
  readonly grown: readonly Pair[];
  readonly shrunk: readonly Pair[];
  /** Checks that stand as they stood, within {@link LEAST_FACTOR}. */
  readonly same: number;
}

/** Smaller movements are not worth a line. */
export const LEAST_FACTOR = 1.5;

export function compareWith(run: RunView, history: HistoryView, other: number): Comparison {
  const pairs = run.rows.map((row) => pairOf(row, history, other));
  const common = pairs.filter(({ before }) => before !== null);
  const turned = common.filter(({ row, before }) => isGood(row?.standing) !== isGood(before?.standing));
  const steady = common.filter(({ row, before }) => isGood(row?.standing) === isGood(before?.standing));
  const moved = steady
    .filter(({ factor }) => factor !== null && Math.abs(Math.log(factor)) >= Math.log(LEAST_FACTOR))
    .toSorted((left, right) => sizeOf(right) - sizeOf(left));
  return {
    worse: turned.filter(({ row }) => !isGood(row?.standing)),
    better: turned.filter(({ row }) => isGood(row?.standing)),
    appeared: pairs.filter(({ before, row }) => before === null && row?.check.outcome !== 'removed'),
    gone: goneSince(run, history, other),
    grown: moved.filter(({ factor }) => (factor ?? 1) > 1),
    shrunk: moved.filter(({ factor }) => (factor ?? 1) < 1),
    same: steady.length - moved.length,
  };
}

/** Passed, or allowed not to run. */
function isGood(standing: Standing | undefined): boolean {
  return standing === 'passed' || standing === 'skipped';
}

function pairOf(row: Row, history: HistoryView, other: number): Pair {
  const { check } = row;
  const place = history.find(check);
  const before = place === null ? null : history.cell(place, other);
  const measured = place === null ? undefined : metricOf(check, history.metricOf(place));
  const after = measured === undefined ? null : fromWire(measured);
  const limit = place === null ? null : history.limit(place, other);
  return { key: check, row, before, after, factor: factorBetween(before?.value ?? null, after, limit) };
}

/** Below a millionth of the bound an error is as good as none. */
function factorBetween(before: number | null, after: number | null, limit: number | null): number | null {
  if (before === null || after === null) return null;
  if (!Number.isFinite(before) || !Number.isFinite(after)) {
    if (Number.isFinite(before)) return Infinity;
    return Number.isFinite(after) ? 0 : 1;
  }
  const [was, is] = [Math.abs(before), Math.abs(after)];
  const floor =
    limit !== null && limit > 0 && Number.isFinite(limit) ? limit * 1e-6 : Math.min(was || is, is || was) / 8;
  return floor === 0 ? 1 : Math.max(is, floor) / Math.max(was, floor);
}

function sizeOf({ factor }: Pair): number {
  return factor === null ? 0 : Math.abs(Math.log(Math.min(1e300, Math.max(1e-300, factor))));
}

function goneSince(run: RunView, history: HistoryView, other: number): readonly Pair[] {
  const here = new Set(run.rows.map(({ check }) => keyText(check)));
  const gone: Pair[] = [];
  for (let check = 0; check < history.checks; check++) {
    const before = history.cell(check, other);
    if (before === null) continue;
    const key = history.keyOf(check);
    if (!here.has(keyText(key))) gone.push({ key, row: null, before, after: null, factor: null });
  }
  return gone;
}

/** What the numbers of the two runs depend on, where it differs. */
export function differencesOf(
  document: RunDocument,
  history: HistoryView,
  other: number,
): readonly ReportChange[] {
  const before = history.runs[other];
  if (before === undefined) return [];
  const models = new Map(
    document.suites.flatMap(({ name, models: all }) =>
      all.map((model) => [`${name}/${model.name}`, model.sha256] as const),
    ),
  );
  const runtimes = new Map(
    document.targets.map(({ name, runtimeVersion }) => [name, runtimeVersion] as const),
  );
  return [
    ...differing('model', history.models(other), models),
    ...differing('runtime', history.runtimes(other), runtimes),
    ...hostDifferences(document, before),
    ...one('tool', before.toolVersion, document.tool.version),
    ...one('commit', before.commit, document.source.commit),
    ...one('branch', before.branch, document.source.branch),
  ];
}

function hostDifferences({ host }: RunDocument, before: ReportRun): readonly ReportChange[] {
  const facts = [
    ...one('CPU', before.cpu, host.cpu),
    ...one('system', before.os, host.os),
    ...one('Node', before.node, host.node),
  ];
  // The fingerprint also holds cores and memory.
  return facts.length > 0 ? facts : one('host', before.host, host.fingerprint);
}

function differing(
  what: string,
  before: ReadonlyMap<string, string | null>,
  after: ReadonlyMap<string, string | null>,
): readonly ReportChange[] {
  return [...after].flatMap(([name, value]) => {
    const was = before.get(name);
    return was == null || value === null || was === value ? [] : [{ what, name, before: was, after: value }];
  });
}

function one(what: string, before: string | null, after: string | null): readonly ReportChange[] {
  return before === null || after === null || before === after ? [] : [{ what, name: '', before, after }];
}
