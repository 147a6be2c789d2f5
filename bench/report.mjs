// How long a page of 20,000 checks and 100 runs takes in a browser for what a person does with it.
//
//   npm run build && node bench/report.mjs [--rounds 7] [--write docs/report.md]
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createJiti } from 'jiti';
import { writeSection } from '../scripts/write-section.mjs';

const { values: given } = parseArgs({
  options: { rounds: { type: 'string', default: '7' }, write: { type: 'string' } },
});
const jiti = createJiti(import.meta.url);
const { measureLarge, writeLarge } = await jiti.import('../test/integration/large-report.ts');
const { openBrowser } = await jiti.import('../test/integration/report-page.ts');

const folder = mkdtempSync(join(tmpdir(), 'onnx-parity-bench-report-'));
const browser = await openBrowser();
try {
  const path = join(folder, 'large.html');
  const url = await writeLarge(path);
  const rounds = [];
  for (let round = 0; round < Number(given.rounds); round++)
    rounds.push((await measureLarge(browser, url)).times);
  const megabytes = (statSync(path).size / 1e6).toPrecision(3);
  report(rounds, `${megabytes} MB, Chromium ${browser.version()}`);
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}

function report(rounds, page) {
  const rows = [
    ['open the file, type a filter, see its result', 'interactive', 2000],
    ['longest task while scrolling by three rows a frame', 'scrolling', 100],
    ['longest task while scrolling through all checks in 90 frames', 'leaping', 100],
    ['overview', 'overview', 1000],
    ['changes against another run', 'changes', 2000],
    ['trends', 'trends', 5000],
    ['one check over its runs', 'series', 1000],
  ];
  const text = [
    `${rounds.length} rounds on ${availableParallelism()} cores with a load of ${loadavg()[0].toFixed(0)}; 20,000 checks, 100 runs, ${page}. Milliseconds;`,
    'of the tasks, processor time of the page’s main thread.',
    '',
    '| | best | median | allowed |',
    '| --- | ---: | ---: | ---: |',
    ...rows.map(([label, name, allowed]) => {
      const sorted = rounds.map((times) => times[name]).sort((left, right) => left - right);
      const shown = (value) => Math.round(value);
      return `| ${label} | ${shown(sorted[0])} | ${shown(sorted[sorted.length >> 1])} | ${allowed} |`;
    }),
  ].join('\n');
  process.stdout.write(`${text}\n`);
  if (given.write !== undefined) writeSection(given.write, 'page', text);
}
