import type { ChalkInstance } from 'chalk';
import { cleanLine, formatNumber, formatShape } from '../reporters/format.ts';
import type { CaseChange, OutputChange } from '../sources/index.ts';

const MARKS = { new: '+', changed: '~', origin: '~', removed: '-' } as const;

/** What approving one proposal would do, for a person: one line for the case, one per output that moves. */
export function changeLines(change: CaseChange, paint: ChalkInstance): string {
  const words = change.change === 'origin' ? 'same bits, new origin' : change.change;
  const lines = [`  ${paint.yellow(MARKS[change.change])} ${cleanLine(change.case)}  ${words}`];
  for (const output of change.outputs) {
    if (output.change !== 'unchanged') lines.push(`      ${outputText(output)}`);
  }
  for (const note of change.origin) lines.push(`      ${paint.dim(cleanLine(note))}`);
  return `${lines.join('\n')}\n`;
}

function outputText({ output, change, dtype, shape, was, metrics, note }: OutputChange): string {
  const face = `${cleanLine(output)} ${change} ${dtype} ${formatShape(shape)}`;
  const before = was === undefined ? '' : `, was ${was.dtype} ${formatShape(was.shape)}`;
  const numbers = (['linf', 'mse', 'maxUlp'] as const).flatMap((name) => {
    const value = metrics?.[name];
    return value === undefined ? [] : [`${name} ${formatNumber(value)}`];
  });
  const detail = [...numbers, ...(note === undefined ? [] : [cleanLine(note)])].join(', ');
  return `${face}${before}${detail === '' ? '' : `: ${detail}`}`;
}
