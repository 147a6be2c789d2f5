/** Evidence of made-up tensors, consistent in itself: charts in tests and screenshots need plausible shapes. */
import type { Evidence } from '../../src/result/evidence.ts';
import { createRandom } from './random.ts';

/** Errors around `noise`, and around `fault` within one block of rows, of a rows × columns output. */
export function createEvidence(options: {
  readonly rows: number;
  readonly columns: number;
  readonly noise: number;
  readonly fault?: number;
  readonly seed?: number;
}): Evidence {
  const random = createRandom(options.seed ?? 1);
  const { rows, columns, noise, fault } = options;
  const errors = Array.from({ length: rows * columns }, (_, index) => {
    const row = Math.floor(index / columns);
    const bad = fault !== undefined && row >= rows * 0.55 && row < rows * 0.7;
    return (bad ? fault : noise) * 10 ** (-2.2 * random() ** 2);
  });
  const facts = {
    elements: errors.length,
    min: -7.31,
    max: 9.84,
    mean: 0.0312,
    maxAbs: 9.84,
    scale: 1.07,
    nan: 0,
    posInf: 0,
    negInf: 0,
    zeros: 0,
    constant: false,
  };
  return {
    expected: facts,
    actual: { ...facts, max: 9.8400012 },
    histogram: histogramOf(errors),
    heatMap: { rows, columns, fromShape: [rows, columns], cells: errors },
    magnitude: {
      minExponent: -4,
      maxError: [0.12, 0.2, 0.31, 0.55, 1].map((share) => share * (fault ?? noise)),
    },
    axes: [
      { axis: 0, length: rows, maxError: foldRows(errors, rows, columns) },
      { axis: 1, length: columns, maxError: foldColumns(errors, rows, columns) },
    ],
  };
}

function histogramOf(errors: readonly number[]): NonNullable<Evidence['histogram']> {
  const minExponent = -16;
  const counts = Array.from({ length: 20 }, () => 0);
  for (const error of errors) {
    const bin = Math.floor(Math.log10(error)) - minExponent;
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { minExponent, counts, zeros: 0, below: 0, above: 0, nonFinite: 0 };
}

function foldRows(errors: readonly number[], rows: number, columns: number): readonly number[] {
  return Array.from({ length: rows }, (_, row) =>
    Math.max(...errors.slice(row * columns, (row + 1) * columns)),
  );
}

function foldColumns(errors: readonly number[], rows: number, columns: number): readonly number[] {
  return Array.from({ length: columns }, (_, column) =>
    Math.max(...Array.from({ length: rows }, (_, row) => errors[row * columns + column] ?? 0)),
  );
}
