import { useState } from 'preact/hooks';
import { metricOf, utilisationOf } from '../../result/reading.ts';
import { formatNumber } from '../../result/wording.ts';
import { fromWire, toWire } from '../../result/wire.ts';
import { checkAddress } from '../address.ts';
import { useRun } from '../view/context.ts';
import type { Row } from '../view/rows.ts';
import { LogAxis, PlaceAxis } from './axes-of-plot.tsx';
import { Figure } from './figure.tsx';
import { logPlot, pathOf, stepsOf } from './log-plot.ts';

const HEIGHT = 240;
const MARGIN = { top: 14, right: 16, bottom: 42, left: 46 };

/** The error of one output over the steps of a rollout: a constant factor per step is a straight line. */
export function GrowthChart({ row }: { readonly row: Row }) {
  const { rows } = useRun();
  const [pointed, setPointed] = useState<Row | null>(null);
  const steps = stepsOfRollout(row, rows);
  if (steps.length < 2) return null;
  const errors = steps.map((step) => errorOf(step));
  const limits = steps.map((step, place) => limitOf(step, errors[place] ?? null));
  const says = `L∞ at each of ${steps.length} steps, log scale. ${growthText(errors)}`;
  return (
    <Figure title="Error over the steps" says={says} note={pointed === null ? LEGEND : stepText(pointed)}>
      {(width) => {
        const size = { width, height: HEIGHT, margin: MARGIN };
        const plot = logPlot(size, steps.length, [...errors, ...limits]);
        return (
          <svg class="chart" width={width} height={HEIGHT} role="group" aria-label={says}>
            <LogAxis plot={plot} size={size} />
            <PlaceAxis
              plot={plot}
              size={size}
              names={steps.map((step) => String(step.check.rollout?.step ?? ''))}
              each={40}
            />
            <text class="chart-tick" x={width - MARGIN.right} y={HEIGHT - 4} text-anchor="end">
              step
            </text>
            <g class="limit">
              <path d={stepsOf(limits, plot)} />
            </g>
            <path class="series" d={pathOf(errors, plot)} />
            {steps.map((step, place) => {
              const error = errors[place] ?? null;
              return (
                <a
                  key={step.position}
                  href={checkAddress(step.check)}
                  aria-label={stepText(step)}
                  onPointerEnter={() => setPointed(step)}
                  onPointerLeave={() => setPointed(null)}
                >
                  <circle
                    class={`dot ${step.standing === 'passed' ? '' : 'dot-beyond'}`}
                    cx={plot.x(place)}
                    cy={error === null ? HEIGHT - MARGIN.bottom : plot.y(error)}
                    r={step === row ? 6 : 4}
                  />
                </a>
              );
            })}
          </svg>
        );
      }}
    </Figure>
  );
}

const LEGEND = 'Dashed: the bound. Every point opens its step.';

/** The rows of the same output, step by step. */
function stepsOfRollout({ check }: Row, rows: readonly Row[]): readonly Row[] {
  const { rollout } = check;
  if (rollout === undefined) return [];
  return rows
    .filter(
      ({ check: other }) =>
        other.rollout?.case === rollout.case &&
        other.suite === check.suite &&
        other.model === check.model &&
        other.target === check.target &&
        other.output === check.output,
    )
    .toSorted((left, right) => (left.check.rollout?.step ?? 0) - (right.check.rollout?.step ?? 0));
}

function errorOf({ check }: Row): number | null {
  const value = metricOf(check, 'linf');
  return value === undefined ? null : fromWire(value);
}

/** The bound on L∞; where another bound is the tighter one, the error at which it would be used up. */
function limitOf({ check }: Row, error: number | null): number | null {
  const bound = check.bounds.find(({ metric, expression }) => metric === 'linf' && expression === undefined);
  if (bound !== undefined) return fromWire(bound.limit);
  const used = utilisationOf(check);
  return error === null || used === null || !(used > 0) || !Number.isFinite(used) ? null : error / used;
}

/** The factor per step between the first and the last error above zero. */
function growthText(errors: readonly (number | null)[]): string {
  const known = errors.flatMap((error, step) =>
    error !== null && error > 0 && Number.isFinite(error) ? [{ error, step }] : [],
  );
  const [first, last] = [known[0], known.at(-1)];
  if (first === undefined || last === undefined || first.step === last.step) return '';
  const perStep = (last.error / first.error) ** (1 / (last.step - first.step));
  return `From ${formatNumber(toWire(first.error))} to ${formatNumber(toWire(last.error))}, a factor of ${Number(perStep.toPrecision(3))} per step.`;
}

function stepText(row: Row): string {
  const error = errorOf(row);
  return `Step ${row.check.rollout?.step ?? ''}: ${error === null ? row.check.status : `L∞ ${formatNumber(toWire(error))}`}, ${row.standing}`;
}
