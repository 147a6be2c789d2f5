/** Series of errors with known events, in the shapes that histories have. */
import { createRandom } from '../scripts/random.mjs';

/** Chance of one seed: even, normal (by Box and Muller) and heavy-tailed. */
export function chance(seed) {
  const { next: uniform } = createRandom(Math.imul(seed, 0x9e3779b1));
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  /** Student's t of three degrees of freedom, scaled to a standard deviation of one. */
  const heavy = () =>
    normal() / Math.sqrt((normal() ** 2 + normal() ** 2 + normal() ** 2) / 3) / Math.sqrt(3);
  return { uniform, normal, heavy };
}

const BASE = 4e-7;
const step = (at) => ({ kinds: ['step', 'spike'], at });

/** Values by night (from 0), times e^(noise). */
function noisy(n, jitter, factor = () => 1, draw = (of) => of.normal()) {
  return (of) =>
    Array.from({ length: n }, (_, night) => BASE * factor(night) * Math.exp(jitter * draw(of, night)));
}

/** Whole units in the last place, as small errors of float32 are. */
function quantised(values, unit) {
  return (of) => values(of).map((value) => Math.round(value / unit) * unit);
}

const inTurn = (night) => `${night % 2}`;
/** The same for every seed. */
const byChance = (night) => Math.imul(night + 1, 0x9e3779b1) >>> 31 === 0;
const after = (night, factor) => (at) => (at >= night ? factor : 1);

/**
 * Each shape: its name, `values(chance)`, the events it holds, and what the floor is told (`scale`, `dtype`).
 * An event names the kinds that tell it, its night, and how far off the night may be.
 */
export const SHAPES = [
  ...[0, 0.05, 0.15, 0.3, 0.6, 1].map((jitter) => ({
    name: `jitter of ${jitter} alone`,
    values: noisy(60, jitter),
    events: [],
  })),
  { name: 'jitter of 0.3, 10 nights', values: noisy(10, 0.3), events: [] },
  { name: 'jitter of 0.3, 300 nights', values: noisy(300, 0.3), events: [] },
  {
    name: 'heavy-tailed jitter of 0.15 (t, 3 degrees)',
    values: noisy(60, 0.15, undefined, (of) => of.heavy()),
    events: [],
  },
  {
    name: 'heavy-tailed jitter of 0.3 (t, 3 degrees)',
    values: noisy(60, 0.3, undefined, (of) => of.heavy()),
    events: [],
  },
  { name: 'jitter that wanders (AR 0.7, 0.2)', values: wandering(60, 0.7, 0.2), events: [] },
  {
    name: 'one to three units in the last place',
    values: (of) => Array.from({ length: 60 }, () => (1 + Math.floor(3 * of.uniform())) * 2 ** -24),
    events: [],
    scale: 0.6,
  },
  {
    name: 'zero or one unit in the last place, by chance',
    values: (of) => Array.from({ length: 60 }, () => (of.uniform() < 0.3 ? 2 ** -24 : 0)),
    events: [],
    scale: 0.6,
  },
  {
    name: 'the same bit for bit',
    values: () => Array.from({ length: 60 }, () => BASE),
    events: [],
  },
  {
    name: 'two hosts in turn, 1.3 times apart',
    values: noisy(60, 0.02, (night) => (night % 2 === 0 ? 1 : 1.3)),
    hosts: inTurn,
    events: [],
  },
  {
    name: 'two hosts in turn, 3 times apart',
    values: noisy(60, 0.02, (night) => (night % 2 === 0 ? 1 : 3)),
    hosts: inTurn,
    events: [],
  },
  {
    name: 'two hosts by chance, 3 times apart',
    values: noisy(60, 0.05, (night) => (byChance(night) ? 1 : 3)),
    hosts: (night) => `${byChance(night)}`,
    events: [],
  },
  {
    name: 'two ways by chance, 3 times apart, on one host',
    values: (of) => noisy(60, 0.05, () => (of.uniform() < 0.5 ? 1 : 3))(of),
    events: [],
  },
  {
    name: 'two hosts by chance, 3 times apart, 2 times on night 31',
    values: noisy(60, 0.1, (night) => (byChance(night) ? 1 : 3) * (night >= 30 ? 2 : 1)),
    hosts: (night) => `${byChance(night)}`,
    events: [step(30)],
  },
  {
    name: 'another host from night 31 on, 3 times apart',
    values: noisy(60, 0.1, after(30, 3)),
    hosts: (night) => (night >= 30 ? 'other' : 'one'),
    events: [step(30)],
  },
  ...[0, 0.05, 0.15, 0.3, 0.6, 1].map((jitter) => ({
    name: `40 times on night 31, jitter ${jitter}`,
    values: noisy(60, jitter, after(30, 40)),
    events: [step(30)],
  })),
  ...[0, 0.05, 0.15, 0.3].map((jitter) => ({
    name: `3 times on night 45, jitter ${jitter}`,
    values: noisy(60, jitter, after(44, 3)),
    events: [step(44)],
  })),
  {
    name: '3 times down on night 20, jitter 0.15',
    values: noisy(60, 0.15, after(19, 1 / 3)),
    events: [step(19)],
  },
  {
    name: '2 times on night 30, jitter 0.1',
    values: noisy(60, 0.1, after(29, 2)),
    events: [step(29)],
  },
  {
    name: '3 times on the last night, jitter 0.1',
    values: noisy(60, 0.1, after(59, 3)),
    events: [step(59)],
  },
  {
    name: '40 times on the last night, jitter 0.3',
    values: noisy(60, 0.3, after(59, 40)),
    events: [step(59)],
  },
  {
    name: '40 times on night 2',
    values: noisy(60, 0.15, after(1, 40)),
    events: [step(1)],
  },
  {
    name: '40 times on night 6 of 10, jitter 0.15',
    values: noisy(10, 0.15, after(5, 40)),
    events: [step(5)],
  },
  {
    name: '3 times on night 6 of 10, jitter 0.1',
    values: noisy(10, 0.1, after(5, 3)),
    events: [step(5)],
  },
  {
    name: '3 times on night 200 of 300, jitter 0.2',
    values: noisy(300, 0.2, after(199, 3)),
    events: [step(199)],
  },
  {
    name: '3 times on night 30, 4 times more on night 34, jitter 0.1',
    values: noisy(60, 0.1, (night) => (night >= 33 ? 12 : night >= 29 ? 3 : 1)),
    events: [step(29), step(33)],
  },
  {
    name: '10 times for three nights, jitter 0.15',
    values: noisy(60, 0.15, (night) => (night >= 29 && night < 32 ? 10 : 1)),
    events: [step(29), step(32)],
  },
  {
    name: 'one night of 40 times, jitter 0.15',
    values: noisy(60, 0.15, (night) => (night === 24 ? 40 : 1)),
    events: [{ kinds: ['spike'], at: 24 }],
  },
  {
    name: 'drift over ten nights to 10 times, jitter 0.1',
    values: noisy(60, 0.1, (night) => 10 ** (Math.min(10, Math.max(0, night - 29)) / 10)),
    events: [{ kinds: ['drift', 'step'], at: 34, within: 6, many: true }],
  },
  {
    name: 'drift to the end to 10 times, jitter 0.1',
    values: noisy(60, 0.1, (night) => 10 ** (Math.max(0, night - 29) / 30)),
    events: [{ kinds: ['drift', 'step'], at: 32, within: 15, many: true }],
  },
  {
    name: '40 times, heavy-tailed jitter of 0.3',
    values: noisy(60, 0.3, after(30, 40), (of) => of.heavy()),
    events: [step(30)],
  },
  {
    name: '3 times, heavy-tailed jitter of 0.15',
    values: noisy(60, 0.15, after(44, 3), (of) => of.heavy()),
    events: [step(44)],
  },
  {
    name: 'zeros, then 40 units in the last place',
    values: (of) =>
      Array.from({ length: 60 }, (_, night) => (night >= 30 ? (38 + 4 * of.uniform()) * 2 ** -24 : 0)),
    events: [step(30)],
    scale: 0.6,
  },
  {
    name: 'zeros with one blip of a unit in a thousandth',
    values: () => Array.from({ length: 60 }, (_, night) => (night === 40 ? 1e-3 : 0)),
    events: [{ kinds: ['spike'], at: 40 }],
    scale: 0.6,
  },
  {
    name: 'whole units in the last place, 3 times on night 45',
    values: quantised(noisy(60, 0.15, after(44, 3)), 2 ** -24),
    events: [step(44)],
    scale: 0.6,
  },
  {
    name: 'a third of the nights missing, 40 times on night 31',
    values: (of) =>
      noisy(
        60,
        0.15,
        after(30, 40),
      )(of).map((value, night) => (night !== 30 && of.uniform() < 1 / 3 ? null : value)),
    events: [step(30)],
  },
  {
    name: 'two hosts in turn, 1.3 times apart, 40 times on night 31',
    values: noisy(60, 0.02, (night) => (night % 2 === 0 ? 1 : 1.3) * (night >= 30 ? 40 : 1)),
    hosts: inTurn,
    events: [step(30)],
  },
  {
    name: 'two hosts in turn, 3 times apart, 40 times on night 31',
    values: noisy(60, 0.02, (night) => (night % 2 === 0 ? 1 : 3) * (night >= 30 ? 40 : 1)),
    hosts: inTurn,
    events: [step(30)],
  },
  {
    name: 'jitter that wanders (AR 0.7, 0.2), 40 times on night 31',
    values: (of) => wandering(60, 0.7, 0.2)(of).map((value, night) => value * (night >= 30 ? 40 : 1)),
    events: [step(30)],
  },
  {
    name: 'NaN from night 31 on',
    values: (of) => noisy(60, 0.15)(of).map((value, night) => (night >= 30 ? NaN : value)),
    events: [step(30)],
  },
];

function wandering(n, phi, spread) {
  return (of) => {
    let state = 0;
    return Array.from({ length: n }, () => {
      state = phi * state + Math.sqrt(1 - phi ** 2) * of.normal();
      return BASE * Math.exp(spread * state);
    });
  };
}
