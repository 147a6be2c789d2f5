/** Words of the tolerance audit. */
import type { AuditedBound, AuditVerdict } from '../../result/report-history.ts';
import { cleanLine, formatNumber } from '../../result/wording.ts';
import { toWire } from '../../result/wire.ts';

/** What wants a person first. */
export const AUDIT_ORDER: readonly AuditVerdict[] = [
  'below the noise',
  'tight',
  'never exercised',
  'loose',
  'justified',
];

type Bound = Pick<AuditedBound['bound'], 'metric' | 'limit' | 'atol' | 'rtol' | 'expression'>;

export function boundText({ metric, limit, atol, rtol, expression }: Bound): string {
  if (expression !== null) return cleanLine(expression);
  const pair = [
    ...(atol === null ? [] : [`atol ${formatNumber(toWire(atol))}`]),
    ...(rtol === null ? [] : [`rtol ${formatNumber(toWire(rtol))}`]),
  ];
  if (pair.length > 0) return pair.join(', ');
  return limit === null ? cleanLine(metric) : `${cleanLine(metric)} ${formatNumber(toWire(limit))}`;
}

export function originText({ suite, from, owner, ofCase }: AuditedBound['bound']): string {
  return [suite, from, owner ?? '', ofCase === null ? '' : `in ${ofCase}`]
    .filter((part) => part !== '')
    .map((part) => cleanLine(part))
    .join(' ');
}

/** Error ÷ allowed as a share of the bound; three digits, exponential where it is tiny. */
export function useText(used: number): string {
  if (!Number.isFinite(used)) return 'not finite';
  const percent = used * 100;
  if (percent === 0) return '0 %';
  return percent >= 0.01 && percent < 1e4
    ? `${Number(percent.toPrecision(3))} %`
    : `${percent.toExponential(1).replace('e+', 'e')} %`;
}

export function shareText([low, high]: readonly [number, number]): string {
  const [from, to] = [useText(low), useText(high)];
  return from === to ? from : `${from} to ${to}`;
}
