/** Writes the measured sections of docs/performance.md, and the goals of README.md, from the raw samples under bench/results: `node bench/tables.mjs`. */
import { existsSync, readFileSync } from 'node:fs';
import { ROOT } from './paired.mjs';
import { writeSection } from '../scripts/write-section.mjs';

const PAGE = `${ROOT}docs/performance.md`;
const BENCHES = ['compare', 'start', 'backend', 'files'];
const results = BENCHES.map((name) => [name, `${ROOT}bench/results/${name}.json`])
  .filter(([, path]) => existsSync(path))
  .map(([name, path]) => [name, JSON.parse(readFileSync(path, 'utf8'))]);

writeSection(PAGE, 'goals', goalsOf(results.flatMap(([, { rows }]) => rows)));
for (const [name, result] of results) writeSection(PAGE, name, tableOf(result));
writeSection(`${ROOT}README.md`, 'speed', speedOf(results.flatMap(([, { rows }]) => rows)));

function goalsOf(rows) {
  return [
    '| work | goal | measured | |',
    '| --- | --- | --- | --- |',
    ...rows.flatMap(({ work, goals = [] }) =>
      goals.map(
        ({ goal, measured, met }) =>
          `| ${work} | ${goal} | ${number(measured)} | ${met ? 'met' : '**missed**'} |`,
      ),
    ),
  ].join('\n');
}

/** The README's numbers: what each contender takes of our CPU time. */
function speedOf(rows) {
  const shown = [
    ['full set, float32, 1000000', 'comparing a million float32, all default metrics', 'ours'],
    ['`compare` of 2 × 400 MB from disk, full set', '`compare` of two files of 400 MB', 'ours'],
    ['one small check, cold start to verdict', 'one small check, from nothing to the verdict', 'ours'],
    [
      'the ONNX backend suite, with isolation, full metrics and result document',
      'a folder of ONNX backend cases',
      'ours',
    ],
  ];
  const lines = shown.flatMap(([work, text, ours]) => {
    const found = rows.find((row) => row.work === work);
    if (found === undefined) return [];
    const others = Object.entries(found.medians)
      .filter(([name]) => !name.startsWith('ours'))
      .map(([name, value]) => `${name} ${number(value / found.medians[ours])} ×`);
    return [`| ${text} | ${number(found.medians[ours])} ms | ${others.join(', ')} |`];
  });
  return ['| work | our CPU time | others, as multiples of it |', '| --- | --- | --- |', ...lines].join('\n');
}

function tableOf({ host, rows }) {
  return [
    `${host.cpu}, ${host.cores} cores, Node ${host.node}; load average at the end ${number(host.load)}.`,
    '',
    '| work | contender | median | of ours |',
    '| --- | --- | --- | --- |',
    ...rows.flatMap(linesOf),
  ].join('\n');
}

function linesOf({ work, unit = 'ms', medians, skipped = {} }) {
  const [first] = Object.values(medians);
  return [
    ...Object.entries(medians).map(
      ([name, value], at) =>
        `| ${at === 0 ? work : ''} | ${name} | ${number(value)} ${unit} | ${at === 0 || first === 0 ? '' : `${number(value / first)} ×`} |`,
    ),
    ...Object.entries(skipped).map(([name, why]) => `| | ${name} | skipped: ${why} | |`),
  ];
}

function number(value) {
  return `${Number(value.toPrecision(3))}`;
}
