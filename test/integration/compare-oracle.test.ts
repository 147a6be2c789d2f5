import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Comparison } from '../../src/compare/index.ts';
import { compareTensors, DEFAULT_FACTORS } from '../../src/compare/index.ts';
import type { Dtype, Tensor } from '../../src/tensor/index.ts';
import { elementCount } from '../../src/tensor/index.ts';

const PYTHON = new URL('../../.venv/bin/python', import.meta.url).pathname;
const SCRIPT = new URL('compare-oracle.py', import.meta.url).pathname;
const PAIRS = 10_000;
const missing = !existsSync(PYTHON);

interface Row {
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly atol: number;
  readonly rtol: number;
  readonly metrics: Readonly<Record<string, number | string>>;
}

/** Metrics whose error is not to be held to their own size: near 0 they are differences of larger numbers. */
const UNIT = new Set(['cosine', 'snrDb']);

const EXACT = new Set([
  'linf',
  'mismatches',
  'mismatchShare',
  'exactShare',
  'nanActual',
  'nanExpected',
  'infMismatches',
  'maxUlp',
  'maxRel',
  'p50',
  'p90',
  'p99',
  'p9999',
]);

describe.skipIf(missing)(
  `${PAIRS} generated pairs against NumPy${missing ? ' (needs .venv with numpy and ml_dtypes)' : ''}`,
  () => {
    let folder: string;
    let rows: readonly Row[];
    let data: Buffer;

    beforeAll(() => {
      folder = mkdtempSync(join(tmpdir(), 'oracle-'));
      const { status, stderr } = spawnSync(PYTHON, [SCRIPT, folder, String(PAIRS)], { encoding: 'utf8' });
      if (status !== 0) throw new Error(stderr);
      const lines = readFileSync(join(folder, 'pairs.jsonl'), 'utf8').trimEnd().split('\n');
      rows = lines.map((line) => JSON.parse(line) as Row);
      data = readFileSync(join(folder, 'pairs.bin'));
    });

    afterAll(() => rmSync(folder, { recursive: true }));

    test('all dtypes, ranks 0 to 5 and empty tensors occur', () => {
      expect(rows).toHaveLength(PAIRS);
      expect(new Set(rows.map(({ dtype }) => dtype)).size).toBe(19);
      expect(new Set(rows.map(({ shape }) => shape.length))).toEqual(new Set([0, 1, 2, 3, 4, 5]));
      expect(rows.filter(({ shape }) => elementCount(shape) === 0).length).toBeGreaterThan(50);
      expect(Math.max(...rows.map(({ shape }) => elementCount(shape)))).toBe(10_000_000);
    });

    test('every metric agrees: counts, extremes and ULP exactly, sums to 1e-12', () => {
      const wrong: unknown[] = [];
      for (const [index, row] of rows.entries()) {
        const comparison = compareRow(row, data);
        for (const problem of disagreements(row, comparison))
          wrong.push({ index, dtype: row.dtype, ...problem });
      }
      expect(wrong.slice(0, 20)).toEqual([]);
    });

    test('the default bounds scale with NumPy’s median and mean square', () => {
      const wrong: unknown[] = [];
      for (const row of rows) {
        const factor = DEFAULT_FACTORS[row.dtype];
        if (factor === undefined || elementCount(row.shape) === 0) continue;
        const [expected, actual] = pairOf(row, data);
        const { bounds } = compareTensors({
          expected,
          actual,
          layers: [],
          policy: {},
          metrics: 'core',
          evidence: 'none',
        });
        const { scale, expectedMeanSquare } = row.metrics as Record<string, number>;
        const atol = Number(bounds[0]!.atol);
        if (!close(atol, factor * Number(scale), 1e-15)) wrong.push({ row, atol });
        const limit = Number(bounds[1]!.limit);
        if (!close(limit, factor * factor * Number(expectedMeanSquare), 1e-12)) wrong.push({ row, limit });
      }
      expect(wrong.slice(0, 5)).toEqual([]);
    });
  },
);

function compareRow(row: Row, data: Buffer): Comparison {
  const [expected, actual] = pairOf(row, data);
  return compareTensors({
    expected,
    actual,
    layers: [{ from: 'output', tolerance: { atol: row.atol, rtol: row.rtol } }],
    policy: {},
    metrics: elementCount(row.shape) < 100_000 ? 'all' : 'full',
    evidence: 'none',
  });
}

/** Each metric that NumPy gave and that differs. Bias is held to the mean absolute error. */
function* disagreements(row: Row, { metrics }: Comparison) {
  if (elementCount(row.shape) === 0) return;
  for (const [name, wire] of Object.entries(row.metrics)) {
    if (name === 'scale' || name === 'expectedMeanSquare') continue;
    const given = metrics[name];
    if (given === undefined && name.startsWith('p') && elementCount(row.shape) >= 100_000) continue;
    const expected = Number(wire);
    const value = Number(given);
    const scale =
      name === 'bias' ? Number(row.metrics['meanAbs']) : Math.max(Math.abs(expected), UNIT.has(name) ? 1 : 0);
    // Squares of the largest doubles overflow in double precision; NumPy's long double holds them.
    if (value === Infinity && expected > 1e292) continue;
    // Moduli come from hypot, which NumPy and V8 round differently in the last bit.
    const exact = row.dtype.startsWith('complex') ? 4e-16 : 0;
    const agrees = close(value, expected, EXACT.has(name) ? exact : 1e-12, scale);
    if (!agrees && !overflows(metrics)) yield { name, value, expected };
  }
}

/** Where a norm or the error's square is beyond double precision, what is made from it is too. */
function overflows(metrics: Comparison['metrics']): boolean {
  return (
    metrics['mse'] === 'Infinity' ||
    metrics['snrDb'] === 'Infinity' ||
    Number.isNaN(Number(metrics['cosine']))
  );
}

function close(value: number, expected: number, tolerance: number, scale = Math.abs(expected)): boolean {
  return value === expected || Math.abs(value - expected) <= tolerance * scale;
}

function pairOf({ dtype, shape, offset }: Row, data: Buffer): readonly [Tensor, Tensor] {
  const arrayOf = ARRAYS[dtype]!;
  const length = elementCount(shape) * (dtype.startsWith('complex') ? 2 : 1);
  const bytes = length * arrayOf.BYTES_PER_ELEMENT;
  const padded = Math.ceil(bytes / 16) * 16;
  const side = (at: number): Tensor => {
    const copy = data.buffer.slice(data.byteOffset + at, data.byteOffset + at + bytes);
    return { dtype, shape, data: new arrayOf(copy as ArrayBuffer) } as Tensor;
  };
  return [side(offset), side(offset + padded)];
}

const ARRAYS: Partial<
  Record<Dtype, { new (buffer: ArrayBuffer): unknown; readonly BYTES_PER_ELEMENT: number }>
> = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  float8e4m3fn: Uint8Array,
  float8e4m3fnuz: Uint8Array,
  float8e5m2: Uint8Array,
  float8e5m2fnuz: Uint8Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
  complex64: Float32Array,
  complex128: Float64Array,
};
