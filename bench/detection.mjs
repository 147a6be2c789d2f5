// How often `history` and `run --against` miss an event or raise a false alarm, over series of known events and many seeds.
//
//   npm run build && node bench/detection.mjs [--seeds 1000] [--write docs/regression.md]
import { parseArgs } from 'node:util';
import { floorFor, grainOf } from '../dist/history/log-error.js';
import { movementsOf } from '../dist/history/movements.js';
import { outcomesOf } from './detection-against.mjs';
import { chance, SHAPES } from './detection-series.mjs';
import { writeSection } from '../scripts/write-section.mjs';

const { values: given } = parseArgs({
  options: { seeds: { type: 'string', default: '1000' }, write: { type: 'string' } },
});
const SEEDS = Number(given.seeds);
const NEAR = 1;

const shapes = SHAPES.map((shape) => overSeeds(shape));
const against = [
  ...[0, 0.05, 0.15, 0.3, 0.6].map((jitter) => ({ jitter, heavy: false })),
  ...[0.05, 0.15, 0.3].map((jitter) => ({ jitter, heavy: true })),
].flatMap((noise) => ['baseline', 'last'].map((held) => againstOf(noise, held)));
const text = [
  `${SEEDS.toLocaleString('en')} seeds each; 60 nights where no number is named. An event counts as found on its very night`,
  'only; beside it stands the share found at most one night off. Every other event that is told is a false alarm.',
  '',
  '| series | found | within a night | false alarms in 1,000 series |',
  '| --- | --- | --- | --- |',
  ...shapes.map(
    ({ name, planted, exact, near, alarms }) =>
      `| ${name} | ${share(exact, planted)} | ${share(near, planted)} | ${Number(((1000 * alarms) / SEEDS).toPrecision(2))} |`,
  ),
  '',
  `\`run --against\` on the very night of the growth, with ${seedsAgainst()} seeds of 44 nights before it, approved on night 20:`,
  '',
  '| jitter | held against | 40 times caught | 3 times caught | regressed without a cause, of 10,000 checks a night |',
  '| --- | --- | --- | --- | --- |',
  ...against.map(
    ({ jitter, heavy, held, forty, three, alarms, nights }) =>
      `| ${jitter}${heavy ? ', heavy-tailed' : ''} | ${held} | ${share(forty, seedsAgainst())} | ${share(three, seedsAgainst())} | ${Number(((10_000 * alarms) / nights).toPrecision(2))} |`,
  ),
].join('\n');
console.log(text);
if (given.write !== undefined) writeSection(given.write, 'detection', text);

function overSeeds(shape) {
  const tally = { name: shape.name, planted: SEEDS * shape.events.length, exact: 0, near: 0, alarms: 0 };
  for (let seed = 1; seed <= SEEDS; seed++) {
    const values = shape.values(chance(seed));
    const { scale = null, hosts } = shape;
    const known = { scale, dtype: 'float32' };
    const movements = movementsOf(values, floorFor(values, known), {
      hosts: hosts === undefined ? [] : values.map((_, night) => hosts(night)),
      grain: grainOf(known),
    });
    const { exact, near, alarms } = scored(movements, shape.events);
    tally.exact += exact;
    tally.near += near;
    tally.alarms += alarms;
  }
  return tally;
}

/** A movement that no event explains is a false alarm; an event is found where one of its kinds stands near its night. */
function scored(movements, events) {
  const left = new Set(movements);
  const score = { exact: 0, near: 0, alarms: 0 };
  for (const { kinds, at, within = 0, many = false } of events) {
    const near = [...left]
      .filter(({ kind, at: found }) => kinds.includes(kind) && Math.abs(found - at) <= within + NEAR)
      .toSorted((one, other) => Math.abs(one.at - at) - Math.abs(other.at - at));
    const [best] = near;
    if (best === undefined) continue;
    score.near++;
    if (Math.abs(best.at - at) <= within) score.exact++;
    for (const movement of many ? near : [best]) left.delete(movement);
  }
  score.alarms = left.size;
  return score;
}

function seedsAgainst() {
  return Math.max(20, Math.floor(SEEDS / 5));
}

function againstOf({ jitter, heavy }, held) {
  const tally = { jitter, heavy, held, forty: 0, three: 0, alarms: 0, nights: 0 };
  for (let seed = 1; seed <= seedsAgainst(); seed++) {
    const of = chance(seed);
    const values = Array.from(
      { length: 45 },
      () => 4e-7 * Math.exp(jitter * (heavy ? of.heavy() : of.normal())),
    );
    const options = { approvedAt: 19, last: held === 'last' };
    const outcomes = outcomesOf(values, options);
    tally.nights += outcomes.length;
    tally.alarms += outcomes.filter(({ outcome }) => outcome === 'regressed').length;
    for (const [name, factor] of [
      ['forty', 40],
      ['three', 3],
    ]) {
      const grown = [...values.slice(0, 44), (values[44] ?? 0) * factor];
      if (outcomesOf(grown, { ...options, only: 44 }).at(-1)?.outcome === 'regressed') tally[name]++;
    }
  }
  return tally;
}

function share(part, whole) {
  return whole === 0 ? '–' : `${Number(((100 * part) / whole).toFixed(1))} %`;
}
