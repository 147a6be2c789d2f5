/** Row (a) of docs/performance.md: the comparison against NumPy, Polygraphy and the memory's own speed. `node bench/compare.mjs [--small]`, after `npm run build`. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ndarray from 'ndarray';
import ops from 'ndarray-ops';
import { compareTensors, sourceOf } from '../dist/compare/index.js';
import { measure } from '../dist/compare/measure.js';
import { cosineDistance } from '../dist/compare/metrics/cosine.js';
import { pairOf } from '../dist/compare/pair.js';
import { readTensorFile } from '../dist/formats/index.js';
import { alternate, cpuOf, goal, keep, mediansOf, pythonPeer, tell } from './paired.mjs';

const large = !process.argv.includes('--small');
const ROUNDS = Number(process.env.ROUNDS ?? 15);

let state = 1;
function random() {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
}

const tensor = (dtype, data) => ({ dtype, shape: [data.length], data });

/** Ordinary data: values in ±2, relative noise well inside the default tolerance. */
function ordinary(n) {
  const e = new Float32Array(n);
  const a = new Float32Array(n);
  for (let i = 0; i < n; i++) {
    e[i] = (random() - 0.5) * 4;
    a[i] = e[i] * (1 + 1e-6 * (random() - 0.5));
  }
  return [tensor('float32', e), tensor('float32', a)];
}

function float16(n) {
  const e = new Uint16Array(n);
  const a = new Uint16Array(n);
  for (let i = 0; i < n; i++) {
    e[i] = (Math.floor(random() * 2) << 15) | (0x3000 + Math.floor(random() * 0x1000));
    a[i] = e[i] + (random() < 0.3 ? 1 : 0);
  }
  return [tensor('float16', e), tensor('float16', a)];
}

function int64(n) {
  const e = BigInt64Array.from(
    { length: n },
    () => (BigInt(Math.floor(random() * 2 ** 32)) << 30n) - (1n << 61n),
  );
  const a = e.slice();
  for (let i = 0; i < n; i += 1000) a[i] += 1n;
  return [tensor('int64', e), tensor('int64', a)];
}

const WORST = {
  'rising error': (e, a, i, n) => ((e[i] = 1), (a[i] = 1 + i / n)),
  'all NaN': (e, a, i) => (e[i] = a[i] = NaN),
  'all subnormal': (e, a, i) => ((e[i] = random() * 1e-39), (a[i] = e[i] * 1.001)),
  'every element mismatched': (e, a, i) => ((e[i] = random()), (a[i] = e[i] + 1 + random())),
};

function worst(kind, n) {
  const e = new Float32Array(n);
  const a = new Float32Array(n);
  for (let i = 0; i < n; i++) WORST[kind](e, a, i, n);
  return [tensor('float32', e), tensor('float32', a)];
}

function judge([expected, actual], metrics, tolerance = {}) {
  return compareTensors({
    expected,
    actual,
    layers: [{ from: 'suite', tolerance }],
    policy: {},
    metrics,
    evidence: 'none',
  });
}

const rows = [];
const peer = pythonPeer('bench/numpy_peer.py');
const CORE = { atol: 1e-4, rtol: 1e-4, mse: 1 };

/**
 * `peers` maps a shown name to a question for Python, or to a function; `goals` maps some of them to how many times
 * ours they must take.
 */
async function row({ work, ours, peers = {}, goals = {}, repeat = 1, rounds = ROUNDS }) {
  const contenders = { ours: async () => cpuOf(() => times(repeat, ours)) / repeat };
  const skipped = {};
  for (const [name, question] of Object.entries(peers)) {
    if (typeof question === 'function') {
      contenders[name] = async () => cpuOf(() => times(repeat, question)) / repeat;
      continue;
    }
    const first = peer === null ? { missing: 'no Python' } : await peer.ask({ ...question, repeat: 1 });
    if (first.missing !== undefined) skipped[name] = first.missing;
    else contenders[name] = async () => (await peer.ask({ ...question, repeat })).cpuMs;
  }
  const samples = await alternate(contenders, rounds);
  const medians = mediansOf(samples);
  const held = Object.entries(goals)
    .filter(([name]) => medians[name] !== undefined)
    .map(([name, atLeast]) => goal(`≥ ${atLeast} × ${name}`, medians[name] / medians.ours, { atLeast }));
  keepRow({ work, medians, samples, skipped, goals: held });
}

function keepRow(taken) {
  rows.push(taken);
  tell(taken);
}

function times(count, work) {
  for (let i = 0; i < count; i++) work();
}

/** What one would write with ndarray-ops: L∞ with its index, MSE, mean, mismatches. */
function withNdarrayOps([expected, actual]) {
  const [e, a] = [expected, actual].map(({ data }) => ndarray(data, [data.length]));
  const d = ndarray(new Float64Array(e.size), [e.size]);
  const allowed = ndarray(new Float64Array(e.size), [e.size]);
  ops.sub(d, a, e);
  ops.abseq(d);
  const worst = ops.argmax(d);
  const mean = ops.sum(d) / e.size;
  ops.abs(allowed, e);
  ops.mulseq(allowed, 1e-4);
  ops.addseq(allowed, 1e-4);
  ops.gteq(allowed, d);
  const within = ops.sum(allowed);
  return [worst, mean, e.size - within, ops.norm2squared(d) / e.size];
}

/** MSE and 1 − cosine of 1e8 elements that NumPy made and summed in long double. */
async function accuracy(n) {
  const folder = mkdtempSync(join(tmpdir(), 'parity-bench-'));
  try {
    const truth = await peer.ask({ task: 'accuracy', n, folder });
    const [expected, actual] = ['expected', 'actual'].map((side) =>
      readTensorFile(join(folder, `${side}.npy`)).get(side),
    );
    const { metrics } = judge([expected, actual], 'full');
    // As a metric, 1 − distance has but sixteen digits for it.
    const options = {
      atol: 0,
      rtol: 0,
      nanEqual: true,
      infEqual: true,
      full: true,
      norms: true,
      facts: false,
    };
    const distance = cosineDistance(measure(pairOf(sourceOf(expected), sourceOf(actual)), options));
    const off = {
      mse: Math.abs(metrics.mse / truth.mse - 1),
      rest: Math.abs(distance / truth.rest - 1),
    };
    keepRow({
      work: `accuracy, float32, ${n}: relative error`,
      unit: '',
      medians: { MSE: off.mse, '1 − cosine': off.rest },
      goals: [
        goal('MSE ≤ 1e-12', off.mse, { atMost: 1e-12 }),
        goal('1 − cosine ≤ 1e-9', off.rest, { atMost: 1e-9 }),
      ],
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const f32 = (n, task) => ({ task, dtype: 'float32', n });
for (const n of [1e3, 1e6]) {
  const pair = ordinary(n);
  const repeat = n < 1e5 ? 200 : 4;
  await row({
    work: `full set, float32, ${n}`,
    ours: () => judge(pair, 'full'),
    peers: {
      NumPy: f32(n, 'full'),
      'Polygraphy’s comparator': f32(n, 'polygraphy'),
      assert_allclose: f32(n, 'allclose'),
    },
    goals: n === 1e6 ? { NumPy: 30, 'Polygraphy’s comparator': 75, assert_allclose: 5 } : {},
    repeat,
    rounds: Math.min(ROUNDS, 9),
  });
  await row({
    work: `core set, float32, ${n}`,
    ours: () => judge(pair, 'core', CORE),
    peers: {
      NumPy: f32(n, 'core'),
      'ndarray-ops': () => withNdarrayOps(pair),
      'reading both arrays': f32(n, 'read'),
    },
    repeat,
  });
}
const f16 = float16(1e6);
await row({
  work: 'full set, float16, 1e6',
  ours: () => judge(f16, 'full'),
  peers: { NumPy: { task: 'full', dtype: 'float16', n: 1e6 } },
  goals: { NumPy: 25 },
  repeat: 4,
  rounds: Math.min(ROUNDS, 9),
});
const i64 = int64(1e6);
await row({
  work: 'int64 with first differences, 1e6',
  ours: () => judge(i64, 'core'),
  peers: { NumPy: { task: 'integers', dtype: 'int64', n: 1e6 } },
  goals: { NumPy: 4 },
  repeat: 4,
});
const usual = ordinary(1e6);
const kinds = Object.keys(WORST);
const samples = await alternate(
  Object.fromEntries(
    [['ordinary', usual], ...kinds.map((kind) => [kind, worst(kind, 1e6)])].map(([kind, data]) => [
      kind,
      async () => cpuOf(() => times(4, () => judge(data, 'full'))) / 4,
    ]),
  ),
  ROUNDS,
);
const medians = mediansOf(samples);
keepRow({
  work: 'worst-case data, full set, float32, 1e6',
  medians,
  samples,
  goals: kinds.map((kind) =>
    goal(`${kind}: ≤ 1.5 × ordinary data`, medians[kind] / medians.ordinary, { atMost: 1.5 }),
  ),
});
const small = ordinary(10);
const tiny = await alternate(
  { ours: async () => cpuOf(() => times(1000, () => judge(small, 'full'))) },
  ROUNDS,
);
keepRow({
  work: 'a thousand outputs of ten elements',
  medians: mediansOf(tiny),
  samples: tiny,
  goals: [goal('≤ 20 µs each', mediansOf(tiny).ours, { atMost: 20 })],
});
if (large && peer !== null) {
  const pair = ordinary(1e8);
  await row({
    work: 'full set, float32, 1e8',
    ours: () => judge(pair, 'full'),
    rounds: 3,
  });
  await row({
    work: 'core set, float32, 1e8',
    ours: () => judge(pair, 'core', CORE),
    peers: { NumPy: f32(1e8, 'core'), 'reading both arrays': f32(1e8, 'read') },
    rounds: 5,
  });
  const last = rows.at(-1);
  last.goals = [
    goal('≥ 0.35 of the read bandwidth', last.medians['reading both arrays'] / last.medians.ours, {
      atLeast: 0.35,
    }),
  ];
  tell(last);
  await accuracy(1e8);
}
peer?.close();
keep('compare', rows);
