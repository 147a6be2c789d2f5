// Writes what `npm run mutate` found into docs/mutation.md:  node scripts/mutation-report.mjs [mutation.json]
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { writeSection } from './write-section.mjs';

const [file = 'reports/mutation/mutation.json'] = process.argv.slice(2);
const { files } = JSON.parse(readFileSync(file, 'utf8'));

const folders = new Map();
const left = [];
for (const [path, { mutants }] of Object.entries(files)) {
  const folder = dirname(path);
  const counts = folders.get(folder) ?? { killed: 0, timeout: 0, survived: 0, uncovered: 0 };
  folders.set(folder, counts);
  for (const { status, mutatorName, location } of mutants) {
    if (status === 'Killed' || status === 'RuntimeError' || status === 'CompileError') counts.killed++;
    else if (status === 'Timeout') counts.timeout++;
    else if (status === 'Survived') counts.survived++;
    else if (status === 'NoCoverage') counts.uncovered++;
    if (status === 'Survived' || status === 'NoCoverage')
      left.push({ path, line: location.start.line, mutatorName });
  }
}

const total = { killed: 0, timeout: 0, survived: 0, uncovered: 0 };
for (const counts of folders.values()) for (const name of Object.keys(total)) total[name] += counts[name];

const row = (name, { killed, timeout, survived, uncovered }) => {
  const all = killed + timeout + survived + uncovered;
  const score = all === 0 ? '–' : `${((100 * (killed + timeout)) / all).toFixed(1)} %`;
  return `| ${name} | ${all} | ${killed} | ${timeout} | ${survived} | ${uncovered} | ${score} |`;
};
writeSection(
  'docs/mutation.md',
  'mutation',
  [
    '| code | mutants | noticed by a test | by running too long | not noticed | run by no test | score |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...[...folders].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, counts]) => row(`\`${name}\``, counts)),
    row('all', total),
  ].join('\n'),
);
for (const { path, line, mutatorName } of left) console.log(`${path}:${line} ${mutatorName}`);
