// Adds up what .ci/run left behind and prints the closing line; a skipped integration test or a failed step is a failure.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const [folder] = process.argv.slice(2);
let passed = 0;
let failed = 0;

for (const [file, skipsAllowed] of [
  ['tests.json', true],
  ['integration.json', false],
]) {
  const path = join(folder, file);
  if (!existsSync(path)) {
    console.log(`${file}: the tests left no result`);
    failed += 1;
    continue;
  }
  const result = JSON.parse(readFileSync(path, 'utf8'));
  passed += result.numPassedTests;
  failed += result.numFailedTests;
  for (const suite of result.testResults) {
    const broken =
      suite.status === 'failed' && suite.assertionResults.every(({ status }) => status !== 'failed');
    if (broken) {
      console.log(`${suite.name}: could not be loaded`);
      failed += 1;
    }
    const skipped = suite.assertionResults.filter(
      ({ status }) => status === 'pending' || status === 'skipped',
    );
    for (const { fullName } of skipped) {
      console.log(`${skipsAllowed ? 'skipped' : 'SKIPPED (counts as failed)'}: ${fullName}`);
      if (!skipsAllowed) failed += 1;
    }
  }
}

const steps = join(folder, 'failed-steps');
if (existsSync(steps)) {
  for (const step of readFileSync(steps, 'utf8').trim().split('\n')) {
    console.log(`failed step: ${step}`);
    // Test steps are already counted test by test.
    if (!step.includes('tests')) failed += 1;
  }
}

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
