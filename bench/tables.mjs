/** Writes docs/performance.md from the raw samples under bench/results: `node bench/tables.mjs`. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

const TITLES = { compare: 'Comparing tensors' };

const sections = readdirSync('bench/results')
  .filter((name) => name.endsWith('.json'))
  .map((name) => section(name.slice(0, -5), JSON.parse(readFileSync(`bench/results/${name}`, 'utf8'))));

writeFileSync(
  'docs/performance.md',
  [
    '# Performance',
    '',
    'Made by `node bench/tables.mjs` from the raw samples in `bench/results`; do not edit.',
    'CPU time (user + sys), medians of alternating runs on one host: the ratios are what lasts.',
    '',
    ...sections,
  ].join('\n'),
);

function section(name, { host, rows }) {
  return [
    `## ${TITLES[name] ?? name}`,
    '',
    `${host.cpu}, ${host.cores} cores, Node ${host.node}.`,
    '',
    '| work | median | against | goal |',
    '| --- | --- | --- | --- |',
    ...rows.map(
      ({ work, goal, medians, ratios }) =>
        `| ${work} | ${mine(medians)} | ${others(medians, ratios)} | ${goal} |`,
    ),
    '',
  ].join('\n');
}

function mine(medians) {
  return ms(medians.ours ?? medians.ordinary);
}

/** Ratios above 1 say how many times longer the other took. */
function others(medians, ratios) {
  if (medians.ours !== undefined) {
    return Object.entries(ratios)
      .map(([name, ratio]) => `${name} ${ms(medians[name])} (${ratio.toFixed(2)}×)`)
      .join('<br>');
  }
  return Object.entries(medians)
    .filter(([name]) => name !== 'ordinary')
    .map(([name, value]) => `${name} ${ms(value)} (${(value / medians.ordinary).toFixed(2)}× ordinary)`)
    .join('<br>');
}

function ms(value) {
  return `${Number(value.toPrecision(3))} ms`;
}
