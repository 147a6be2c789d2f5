// How often `history` and `--against` miss an event or raise a false alarm, over series of known events and many seeds.
//
//   node bench/detection.mjs [--seeds 1000] [--write docs/regression.md]
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { growthOf, usualOf } from '../dist/history/growth.js';
import { floorFor, logError } from '../dist/history/log-error.js';
import { movementsOf } from '../dist/history/movements.js';
import { chance, SHAPES } from './detection-series.mjs';

const { values: given } = parseArgs({
  options: { seeds: { type: 'string', default: '1000' }, write: { type: 'string' } },
});
const SEEDS = Number(given.seeds);

const rows = SHAPES.map((shape) => {
  const tally = { found: 0, planted: 0, alarms: 0, clean: 0 };
  for (let seed = 1; seed <= SEEDS; seed++) {
    const values = shape.values(chance(seed));
    const { found, alarms } = scored(
      movementsOf(values, floorOf(values, shape), shape.hosts === undefined ? [] : values.map((_, night) => shape.hosts(night))),
      shape.events,
    );
    tally.found += found;
    tally.planted += shape.events.length;
    tally.alarms += alarms;
    if (alarms === 0) tally.clean++;
  }
  return { name: shape.name, ...tally };
});

for (const { name, found, planted, alarms } of rows) {
  const told = planted === 0 ? '      –' : `${((100 * found) / planted).toFixed(1).padStart(6)}%`;
  console.log(`${told} found ${(alarms / SEEDS).toFixed(4).padStart(8)} false alarms a series   ${name}`);
}

function floorOf(values, { scale = null, dtype = 'float32' }) {
  return floorFor(values, { scale, dtype });
}

/** A movement that no event explains is a false alarm; an event is found where one of its kinds stands near its night. */
function scored(movements, events) {
  const left = new Set(movements);
  let found = 0;
  for (const { kinds, at, within = 0, many = false } of events) {
    const near = [...left].filter(
      (movement) => kinds.includes(movement.kind) && Math.abs(movement.at - at) <= within,
    );
    if (near.length > 0) found++;
    for (const movement of many ? near : near.slice(0, 1)) left.delete(movement);
  }
  return { found, alarms: left.size };
}
