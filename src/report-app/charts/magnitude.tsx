import type { Check } from '../../result/document.ts';
import type { MagnitudeProfile } from '../../result/evidence.ts';
import { formatNumber } from '../../result/wording.ts';
import { fromWire, toWire } from '../../result/wire.ts';
import { allowedAt } from '../view/limits.ts';
import { exponentTicks, Figure, powerOfTen } from './figure.tsx';

const HEIGHT = 220;
const MARGIN = { top: 14, right: 14, bottom: 36, left: 46 };

interface Point {
  readonly exponent: number;
  readonly error: number;
}

/** Largest |error| by decade of |expected|: flat is an absolute error, rising a relative one. */
export function MagnitudeChart({
  profile,
  check,
}: {
  readonly profile: MagnitudeProfile;
  readonly check: Check;
}) {
  const points = pointsOf(profile);
  if (points.length < 2) return null;
  const allowed = allowedAt(check);
  const says = `Largest |error| by decade of |expected|. ${tendency(points)}`;
  return (
    <Figure title="Error against magnitude" says={says}>
      {(width) => (
        <svg class="chart" width={width} height={HEIGHT} role="img" aria-label={says}>
          <Plot points={points} allowed={allowed} width={width} />
        </svg>
      )}
    </Figure>
  );
}

function pointsOf(profile: MagnitudeProfile): readonly Point[] {
  return profile.maxError
    .map((error, index) => ({ exponent: profile.minExponent + index, error: fromWire(error) }))
    .filter(({ error }) => error > 0);
}

function Plot(props: {
  readonly points: readonly Point[];
  readonly allowed: ((magnitude: number) => number) | null;
  readonly width: number;
}) {
  const { points, allowed, width } = props;
  const finite = points.filter(({ error }) => Number.isFinite(error));
  const [left, right] = [points[0]?.exponent ?? 0, (points.at(-1)?.exponent ?? 0) + 1];
  const limits =
    allowed === null ? [] : [allowed(10 ** left), allowed(10 ** right)].filter((value) => value > 0);
  const logs = [...finite.map(({ error }) => error), ...limits].map(Math.log10);
  const [low, high] = [Math.floor(Math.min(...logs, 0)), Math.ceil(Math.max(...logs, -12) + 0.01)];
  const bottom = logs.length === 0 ? low : Math.floor(Math.min(...logs));
  const x = (exponent: number) =>
    MARGIN.left + ((exponent - left) / (right - left)) * (width - MARGIN.left - MARGIN.right);
  const y = (log: number) =>
    MARGIN.top + ((high - log) / Math.max(1, high - bottom)) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  return (
    <>
      {exponentTicks(bottom, high, 5).map((tick) => (
        <g key={`y${tick}`}>
          <line class="grid-line" x1={MARGIN.left} x2={width - MARGIN.right} y1={y(tick)} y2={y(tick)} />
          <text class="chart-tick" x={MARGIN.left - 6} y={y(tick) + 4} text-anchor="end">
            {powerOfTen(tick)}
          </text>
        </g>
      ))}
      {exponentTicks(left, right, Math.floor((width - 60) / 52)).map((tick) => (
        <text
          key={`x${tick}`}
          class="chart-tick"
          x={x(tick)}
          y={HEIGHT - MARGIN.bottom + 16}
          text-anchor="middle"
        >
          {powerOfTen(tick)}
        </text>
      ))}
      <text class="chart-tick" x={width - MARGIN.right} y={HEIGHT - 3} text-anchor="end">
        |expected|
      </text>
      {allowed !== null && limits.length === 2 && (
        <Allowed allowed={allowed} left={left} right={right} x={x} y={y} />
      )}
      <polyline
        class="series"
        points={finite.map(({ exponent, error }) => `${x(exponent + 0.5)},${y(Math.log10(error))}`).join(' ')}
      />
      {points.map(({ exponent, error }) => {
        const beyond = allowed !== null && error > allowed(10 ** (exponent + 1));
        const at = Number.isFinite(error) ? y(Math.log10(error)) : MARGIN.top;
        return (
          <circle
            key={exponent}
            class={beyond ? 'dot dot-beyond' : 'dot'}
            cx={x(exponent + 0.5)}
            cy={at}
            r={4}
          >
            <title>{`|expected| from ${powerOfTen(exponent)}: largest error ${formatNumber(toWire(error))}`}</title>
          </circle>
        );
      })}
    </>
  );
}

function Allowed(props: {
  readonly allowed: (magnitude: number) => number;
  readonly left: number;
  readonly right: number;
  readonly x: (exponent: number) => number;
  readonly y: (log: number) => number;
}) {
  const { allowed, left, right, x, y } = props;
  const steps = Array.from({ length: 33 }, (_, index) => left + ((right - left) * index) / 32);
  const points = steps.map((exponent) => [x(exponent), y(Math.log10(allowed(10 ** exponent)))] as const);
  const [labelX, labelY] = points[Math.floor(points.length / 4)] ?? [0, 0];
  return (
    <g class="limit">
      <polyline points={points.map(([px, py]) => `${px},${py}`).join(' ')} />
      <text x={labelX} y={Math.max(10, labelY - 6)}>
        allowed
      </text>
    </g>
  );
}

/** Growth per decade tells relative errors (one decade per decade) from absolute ones (none). */
function tendency(points: readonly Point[]): string {
  const finite = points.filter(({ error }) => Number.isFinite(error));
  const [first, last] = [finite[0], finite.at(-1)];
  if (first === undefined || last === undefined || last.exponent - first.exponent < 2) return '';
  const slope = (Math.log10(last.error) - Math.log10(first.error)) / (last.exponent - first.exponent);
  if (slope > 0.6) return 'It rises with the values: a relative error.';
  return slope < 0.25 ? 'It stays level: an absolute error.' : 'It rises slowly with the values.';
}
