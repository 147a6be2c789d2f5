/** Outputs that are rankings or sets: the actual entries are put where the expected ones stand before the comparison, as far as scores allow. */
import type { Tensor, TensorData, TensorOf } from '../tensor/index.ts';
import { elementCount, sameShape } from '../tensor/index.ts';
import { DEFAULT_FACTORS } from './bounds/default-factors.ts';
import { sourceOf, valuesPerElement } from './chunk-source.ts';
import { decode } from './dtypes/decode.ts';
import type { CompareRequest, Ranking } from './types.ts';

/** The actual tensor with interchangeable entries exchanged; both sides must have the same dtype and shape. */
export function alignRanking(
  request: Pick<CompareRequest, 'expected' | 'actual' | 'scores'>,
  ranking: Ranking,
): Tensor {
  const { expected, actual, scores } = request;
  const rank = expected.shape.length;
  if (rank === 0 || elementCount(expected.shape) === 0) return actual;
  const axis = ranking.axis === undefined ? rank - 1 : ranking.axis < 0 ? ranking.axis + rank : ranking.axis;
  if (!(axis in expected.shape)) return actual;
  const entries = entriesOf(expected, axis);
  const tied =
    scores !== undefined &&
    sameShape(scores.expected.shape, expected.shape) &&
    sameShape(scores.actual.shape, expected.shape)
      ? tiesOf(scores.expected, scores.actual)
      : () => false;
  const source = Uint32Array.from({ length: elementCount(expected.shape) }, (_, i) => i);
  for (const row of entries.rows) alignRow(expected, actual, row, entries.inner, ranking.kind, tied, source);
  return permuted(actual, expected, source);
}

/** Entry i of a row starts at `row[i]`; its values lie in the `inner` elements from there. With the last axis an entry is one element. */
function entriesOf(
  { shape }: Tensor,
  axis: number,
): { readonly rows: readonly (readonly number[])[]; readonly inner: number } {
  const inner = shape.slice(axis + 1).reduce((product, length) => product * length, 1);
  const length = shape[axis]!;
  const outer = shape.slice(0, axis).reduce((product, length) => product * length, 1);
  const rows = Array.from({ length: outer }, (_, o) =>
    Array.from({ length }, (_, i) => (o * length + i) * inner),
  );
  return { rows, inner };
}

/** Element that stands for an accepted tie: take the expected entry itself. */
const ACCEPTED = 0xffffffff;

/**
 * A set: every expected entry takes an equal actual one, wherever it stands. A ranking: an equal entry may stand
 * elsewhere only if the scores of both places tie. What is left over is accepted where the score of its own place ties
 * with the expected one and others at the end of the row (a cut through a tie), and compared in its place otherwise.
 */
function alignRow(
  expected: Tensor,
  actual: Tensor,
  row: readonly number[],
  inner: number,
  kind: Ranking['kind'],
  tied: (i: number, j: number) => boolean,
  source: Uint32Array,
): void {
  const places = new Map<string, number[]>();
  for (const start of row) {
    const key = entryKey(actual, start, inner);
    places.set(key, [...(places.get(key) ?? []), start]);
  }
  const open: number[] = [];
  for (const start of row) {
    const candidates = places.get(entryKey(expected, start, inner)) ?? [];
    const at = bestPlace(candidates, start, kind, tied);
    if (at < 0) open.push(start);
    else move(candidates.splice(at, 1)[0]!, start, inner, source);
  }
  const left = [...places.values()].flat().sort((a, b) => a - b);
  for (const start of open) {
    const at = left.findIndex((place) => place === start);
    const chosen = left.splice(Math.max(at, 0), 1)[0]!;
    if (tied(start, chosen) && isCut(row, start, tied)) source.fill(ACCEPTED, start, start + inner);
    else move(chosen, start, inner, source);
  }
}

function bestPlace(
  candidates: readonly number[],
  start: number,
  kind: Ranking['kind'],
  tied: (i: number, j: number) => boolean,
): number {
  const same = candidates.indexOf(start);
  if (same >= 0) return same;
  if (kind === 'set') return candidates.length - 1;
  return candidates.findIndex((place) => tied(start, place));
}

/** Only at the end of a row can another entry have been cut off by a tie, and only a tie that shows within the row is believed. */
function isCut(row: readonly number[], start: number, tied: (i: number, j: number) => boolean): boolean {
  const last = row.at(-1)!;
  return tied(start, last) && row.some((place) => place !== start && tied(place, last));
}

function move(from: number, to: number, inner: number, source: Uint32Array): void {
  for (let i = 0; i < inner; i++) source[to + i] = from + i;
}

function entryKey(tensor: Tensor, start: number, inner: number): string {
  const width = valuesPerElement(tensor.dtype);
  return String((tensor.data as Float32Array).slice(start * width, (start + inner) * width));
}

/** Places whose scores differ by no more than the default tolerance of the scores' dtype, expected against actual. */
function tiesOf(expected: Tensor, actual: Tensor): (i: number, j: number) => boolean {
  const e = valuesOf(expected);
  const a = valuesOf(actual);
  const factor = DEFAULT_FACTORS[expected.dtype] ?? 0;
  const close = (x: number, y: number) =>
    x === y || Math.abs(x - y) <= factor * Math.max(Math.abs(x), Math.abs(y));
  return (i, j) => close(e[i]!, a[j]!) && close(e[i]!, e[j]!);
}

function valuesOf(tensor: Tensor): Float64Array {
  const count = elementCount(tensor.shape);
  const values = new Float64Array(count);
  if (tensor.dtype !== 'string') decode(tensor.dtype, sourceOf(tensor).read(0, count), count, values);
  return values;
}

function permuted(actual: Tensor, expected: Tensor, source: Uint32Array): Tensor {
  if (source.every((from, i) => from === i)) return actual;
  const width = valuesPerElement(actual.dtype);
  const data = (actual.data as Float32Array).slice();
  source.forEach((from, i) => {
    for (let part = 0; part < width; part++) {
      data[i * width + part] = (from === ACCEPTED ? expected : (actual as TensorOf<'float32'>)).data[
        (from === ACCEPTED ? i : from) * width + part
      ] as number;
    }
  });
  return { dtype: actual.dtype, shape: actual.shape, data: data as TensorData } as Tensor;
}
