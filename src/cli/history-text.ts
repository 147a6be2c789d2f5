/** The history for a terminal: what happened, the checks with their line, and how much passed. */
import type { ChalkInstance } from 'chalk';
import {
  keyOf,
  sparkline,
  type Change,
  type HistoryEvent,
  type HistoryRun,
  type PassShare,
  type Series,
} from '../history/index.ts';
import { cleanLine, counted, formatNumber } from '../reporters/format.ts';
import { toWire } from '../result/index.ts';

const LINE_WIDTH = 40;
const CHECKS_SHOWN = 40;
const NAMES_SHOWN = 3;

export function eventLines(events: readonly HistoryEvent[], paint: ChalkInstance): string {
  if (events.length === 0) return paint.green('Nothing moved beyond its noise.');
  return events.map((event) => eventText(event, paint)).join('\n');
}

function eventText(event: HistoryEvent, paint: ChalkInstance): string {
  const { kind, worse, checks, suite, targets, runId, startedAt, changed } = event;
  const mark = markOf(kind, worse, paint);
  const [first] = checks;
  const size =
    first === undefined || first.factor === 1 || kind === 'flaky' ? '' : ` ${factorText(first.factor)}`;
  const where = `${cleanLine(suite)} on ${targets.map((target) => cleanLine(target)).join(', ')}`;
  const names = checks
    .slice(0, NAMES_SHOWN)
    .map(({ model, case: name, output }) =>
      cleanLine([model, name, output ?? ''].filter((part) => part !== '').join(' / ')),
    );
  const more = checks.length > NAMES_SHOWN ? ` and ${checks.length - NAMES_SHOWN} more` : '';
  const causes =
    changed.length === 0
      ? []
      : [`    ${paint.dim(`changed then: ${changed.map((change) => changeText(change)).join(', ')}`)}`];
  return [
    `${mark} ${dayOf(startedAt)} ${cleanLine(runId)}  ${WORDS[kind]}${size}: ${counted(checks.length, 'check')} of ${where}`,
    `    ${names.join(', ')}${more}`,
    ...causes,
  ].join('\n');
}

function markOf(kind: HistoryEvent['kind'], worse: boolean, paint: ChalkInstance): string {
  if (kind === 'replaced') return paint.dim('•');
  if (kind === 'flaky') return paint.yellow('~');
  return worse ? paint.red('▲') : paint.green('▼');
}

const WORDS = {
  step: 'error steps',
  spike: 'one night',
  drift: 'error drifts',
  flaky: 'flaky',
  fails: 'begins to fail',
  passes: 'passes again',
  replaced: 'model replaced',
} as const;

function factorText(factor: number): string {
  if (!Number.isFinite(factor)) return 'to infinity';
  return factor >= 1 ? `× ${Number(factor.toPrecision(2))}` : `÷ ${Number((1 / factor).toPrecision(2))}`;
}

function changeText({ what, name, before, after }: Change): string {
  const short = (text: string | null): string =>
    text === null ? 'unknown' : /^[0-9a-f]{16,}$/.test(text) ? text.slice(0, 8) : cleanLine(text);
  return `${what}${name === '' ? '' : ` ${cleanLine(name)}`} ${short(before)} → ${short(after)}`;
}

export function dayOf(startedAt: number | null): string {
  return startedAt === null ? 'unknown day' : new Date(startedAt).toISOString().slice(0, 10);
}

/** One line per check, those with events first, then the most used bound. `approved` are the values of the baseline. */
export function seriesTable(
  series: readonly Series[],
  events: readonly HistoryEvent[],
  approved: ReadonlyMap<Series, number>,
  paint: ChalkInstance,
): string {
  const moved = new Map<string, number[]>();
  for (const { kind, run, checks } of events)
    for (const check of kind === 'replaced' ? [] : checks)
      moved.set(keyOf(check), [...(moved.get(keyOf(check)) ?? []), run]);
  const rows = series.map((one) => {
    const runs = moved.get(keyOf(one)) ?? [];
    return {
      one,
      marks: runs.map((run) => one.runs.indexOf(run)).filter((at) => at >= 0),
      used: last(one.utilisations),
    };
  });
  rows.sort(
    (left, right) => right.marks.length - left.marks.length || (right.used ?? -1) - (left.used ?? -1),
  );
  const shown = rows.slice(0, CHECKS_SHOWN).map(({ one, marks, used }) => {
    const [value, limit, base] = [last(one.values), last(one.limits), approved.get(one)];
    return [
      cleanLine([one.suite, one.model, one.case, one.output ?? ''].join(' / ')),
      cleanLine(one.target),
      sparkline(one.values, LINE_WIDTH, marks),
      value === null ? '–' : formatNumber(toWire(value)),
      limit === null ? '–' : formatNumber(toWire(limit)),
      base === undefined ? '–' : formatNumber(toWire(base)),
      used === null ? '–' : `${(used * 100).toPrecision(2)} %`,
    ];
  });
  const more =
    rows.length > CHECKS_SHOWN
      ? `\n${paint.dim(`… and ${rows.length - CHECKS_SHOWN} more; narrow with --suite, --case, --target, or take --json`)}`
      : '';
  return `${table([['check', 'target', 'runs', 'now', 'bound', 'baseline', 'used'], ...shown], paint)}${more}`;
}

function last<T>(values: readonly (T | null)[]): T | null {
  return values.findLast((value) => value !== null) ?? null;
}

export function shareTable(
  shares: readonly PassShare[],
  runs: readonly HistoryRun[],
  paint: ChalkInstance,
): string {
  const groups = new Map<string, PassShare[]>();
  for (const share of shares) {
    const name = JSON.stringify([share.suite, share.target]);
    groups.set(name, [...(groups.get(name) ?? []), share]);
  }
  const rows = [...groups.values()].map((group) => {
    const line = Array.from({ length: runs.length }, (_, run): number | null => {
      const found = group.find((share) => share.run === run);
      return found === undefined || found.counted === 0 ? null : found.passed / found.counted;
    });
    const [newest] = group.toReversed();
    return [
      cleanLine(newest?.suite ?? ''),
      cleanLine(newest?.target ?? ''),
      line
        .slice(-LINE_WIDTH)
        .map((share) => shareBlock(share))
        .join(''),
      newest === undefined ? '–' : `${newest.passed} of ${newest.counted}`,
    ];
  });
  return table([['suite', 'target', 'share passing', 'now'], ...rows], paint);
}

/** Full when all pass; the last step is kept for that alone. */
function shareBlock(share: number | null): string {
  if (share === null) return '·';
  return share >= 1 ? '█' : (['▁', '▂', '▃', '▄', '▅', '▆', '▇'][Math.floor(share * 7)] ?? '▇');
}

export function table(rows: readonly (readonly string[])[], paint: ChalkInstance): string {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => widthOf(row[at] ?? ''))));
  return rows
    .map((row, line) => {
      const text = row
        .map((cell, at) => cell + ' '.repeat(Math.max(0, (widths[at] ?? 0) - widthOf(cell))))
        .join('  ')
        .trimEnd();
      return line === 0 ? paint.dim(text) : text;
    })
    .join('\n');
}

/** Columns that a text takes: what people see as one character counts once. */
function widthOf(text: string): number {
  let width = 0;
  for (const _ of GRAPHEMES.segment(text)) width++;
  return width;
}

const GRAPHEMES = new Intl.Segmenter();
