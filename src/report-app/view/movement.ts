/** Words and numbers of what moved. */
import type { HeadEvent, HeadMove } from '../../result/packed-history.ts';
import type { ReportChange, ReportEventKind } from '../../result/report-history.ts';
import { cleanLine } from '../../result/wording.ts';
import { fromWire } from '../../result/wire.ts';

export const EVENT_WORDS: Readonly<Record<ReportEventKind, string>> = {
  fails: 'Begins to fail',
  step: 'Error steps',
  drift: 'Error drifts',
  spike: 'One run stands out',
  flaky: 'Flaky',
  passes: 'Passes again',
  replaced: 'Model replaced',
};

/** `× 41` or `÷ 3.2`; nothing where only the verdict changed. */
export function factorText(factor: number): string {
  if (factor === 1) return '';
  if (!Number.isFinite(factor)) return 'to infinity';
  if (factor === 0) return 'to zero';
  const size = Number((factor > 1 ? factor : 1 / factor).toPrecision(2));
  return `${factor > 1 ? '×' : '÷'} ${size >= 1e5 ? size.toExponential(0).replace('e+', 'e') : size}`;
}

export function factorOf({ factor }: HeadMove): number {
  return fromWire(factor);
}

/** A hash in short, everything else as it is. */
export function changeText({ what, name, before, after }: ReportChange): string {
  return `${what}${name === '' ? '' : ` ${cleanLine(name)}`} ${shortened(before)} → ${shortened(after)}`;
}

export function shortened(text: string | null): string {
  if (text === null) return 'unknown';
  return /^[0-9a-f]{16,}$/.test(text) ? text.slice(0, 8) : cleanLine(text);
}

/** Newest first; of one run the worse first, then those with more checks. */
export function newestFirst(events: readonly HeadEvent[]): readonly HeadEvent[] {
  return events.toSorted(
    (left, right) =>
      right.run - left.run || Number(right.worse) - Number(left.worse) || right.count - left.count,
  );
}
