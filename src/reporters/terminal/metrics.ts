import type { Check, RunDocument } from '../../result/index.ts';
import { checkName, cleanLine, formatNumber, formatShape, utilisationOf } from '../format.ts';
import { metricOf } from '../../result/reading.ts';
import { paintFor, type TerminalKind } from './style.ts';

/** Shown for few checks only: with more, the report is the place for numbers. */
const CHECKS_SHOWN = 12;

const COLUMNS = ['linf', 'mse', 'maxRel', 'maxUlp', 'cosine', 'mismatches'] as const;

/** The numbers of each compared output; empty where there are many checks or none was compared. */
export function renderMetrics(document: RunDocument, kind: TerminalKind): string {
  const checks = document.checks.filter((check) => Object.keys(check.metrics).length > 0);
  if (checks.length === 0 || document.checks.length > CHECKS_SHOWN) return '';
  const paint = paintFor(kind);
  const rows = [['output', 'verdict', ...COLUMNS, 'of bound'], ...checks.map((check) => cells(check))];
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => (row[at] ?? '').length)));
  return rows
    .map((row, line) => {
      const text = row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd();
      return line === 0 ? paint.bold(text) : text;
    })
    .join('\n');
}

function cells(check: Check): string[] {
  const used = utilisationOf(check);
  return [
    `${checkName(check)} ${cleanLine(check.dtype ?? '')} ${formatShape(check.shape)}`,
    check.verdict ?? check.status,
    ...COLUMNS.map((name) => {
      const value = metricOf(check, name);
      return value === undefined ? '' : formatNumber(value);
    }),
    used === null ? '' : formatNumber(used),
  ];
}
