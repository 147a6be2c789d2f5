/** Row (a) of docs/performance.md: the comparison against NumPy, Polygraphy and the memory's own speed. `node bench/compare.mjs [--large]`, after `npm run build`. */
import { compareTensors } from '../dist/compare/index.js';
import { alternate, cpuOf, keep, median, pythonPeer } from './paired.mjs';

const large = process.argv.includes('--large');
const ROUNDS = 15;

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

/** `peers` maps a shown name to a question for Python. */
async function row(work, goal, ours, peers, repeat = 1) {
  const contenders = { ours: async () => cpuOf(() => times(repeat, ours)) / repeat };
  for (const [name, question] of peer === null ? [] : Object.entries(peers)) {
    const first = await peer.ask({ ...question, repeat: 1 });
    if (first.missing === undefined)
      contenders[name] = async () => (await peer.ask({ ...question, repeat })).cpuMs;
  }
  const samples = await alternate(contenders, ROUNDS);
  const medians = Object.fromEntries(Object.entries(samples).map(([name, values]) => [name, median(values)]));
  const ratios = Object.fromEntries(
    Object.keys(medians)
      .filter((name) => name !== 'ours')
      .map((name) => [name, medians[name] / medians.ours]),
  );
  rows.push({ work, goal, medians, ratios, samples });
  const shown = Object.entries(ratios).map(([name, ratio]) => `${ratio.toFixed(2)}× ${name}`);
  process.stdout.write(`${work}: ${medians.ours.toPrecision(3)} ms; ${shown.join(', ')}  [goal: ${goal}]\n`);
}

function times(count, work) {
  for (let i = 0; i < count; i++) work();
}

/** Contenders on data of our own. */
async function against(work, goal, cases) {
  const samples = await alternate(
    Object.fromEntries(Object.entries(cases).map(([name, run]) => [name, async () => cpuOf(run)])),
    ROUNDS,
  );
  const medians = Object.fromEntries(Object.entries(samples).map(([name, values]) => [name, median(values)]));
  rows.push({ work, goal, medians, ratios: {}, samples });
  const shown = Object.entries(medians).map(
    ([name, ms]) => `${name} ${ms.toPrecision(3)} ms (${(ms / medians.ordinary).toFixed(2)}×)`,
  );
  process.stdout.write(`${work}: ${shown.join(', ')}  [goal: ${goal}]\n`);
}

for (const n of [1e3, 1e6, ...(large ? [1e8] : [])]) {
  const f32 = ordinary(n);
  const repeat = n < 1e5 ? 200 : 1;
  const ask = (task) => ({ task, dtype: 'float32', n });
  const numpy =
    n > 1e7 ? {} : { NumPy: ask('full'), Polygraphy: ask('polygraphy'), assert_allclose: ask('allclose') };
  await row(
    `full set, float32, ${n}`,
    '≥ 30× NumPy, ≥ 75× Polygraphy, ≥ 5× assert_allclose',
    () => judge(f32, 'full'),
    numpy,
    repeat,
  );
  await row(
    `core set, float32, ${n}`,
    'at 1e8 ≥ 0.35 of the read bandwidth',
    () => judge(f32, 'core', CORE),
    { NumPy: ask('core'), 'reading both arrays': ask('read') },
    repeat,
  );
}
const f16 = float16(1e6);
await row('full set, float16, 1e6', '≥ 25× NumPy', () => judge(f16, 'full'), {
  NumPy: { task: 'full', dtype: 'float16', n: 1e6 },
});
const i64 = int64(1e6);
await row('int64 with first differences, 1e6', '≥ 4× NumPy', () => judge(i64, 'core'), {
  NumPy: { task: 'integers', dtype: 'int64', n: 1e6 },
});
const usual = ordinary(1e6);
const cases = Object.fromEntries(
  Object.keys(WORST).map((kind) => {
    const data = worst(kind, 1e6);
    return [kind, () => judge(data, 'full')];
  }),
);
await against('worst-case data, full set, float32, 1e6', '≤ 1.5× ordinary', {
  ordinary: () => judge(usual, 'full'),
  ...cases,
});
const small = ordinary(10);
await row(
  'a thousand outputs of ten elements',
  '≤ 20 µs each, so ≤ 20 ms',
  () => times(1000, () => judge(small, 'full')),
  {},
);
peer?.close();
keep('compare', rows);
