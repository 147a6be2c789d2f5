// Writes the parts of docs/ that are lists of what the code holds; `--check` fails where they are out of date.
// Reads dist, so `npm run build` comes first.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { cliPage } from './docs/cli.mjs';
import { errorsPage } from './docs/errors.mjs';
import { metricsPage } from './docs/metrics.mjs';
import { reasonsPage } from './docs/reasons.mjs';
import { tolerancesPage } from './docs/tolerances.mjs';
import { lintPage } from './docs/lint.mjs';
import { runSchema, suiteSchemaPage } from './docs/schemas.mjs';

const root = new URL('../', import.meta.url);
const pages = {
  'docs/cli.md': cliPage,
  'docs/errors.md': errorsPage,
  'docs/lint.md': lintPage,
  'docs/metrics.md': metricsPage,
  'docs/reasons.md': reasonsPage,
  'docs/tolerances.md': tolerancesPage,
  'schemas/run.schema.json': runSchema,
  'schemas/suite.schema.json': suiteSchemaPage,
};

const checking = process.argv.includes('--check');
const stale = [];
for (const [path, page] of Object.entries(pages)) {
  const file = fileURLToPath(new URL(path, root));
  const options = await resolveConfig(file);
  const text = await format(await page(), { ...options, filepath: file });
  if (read(file) === text) continue;
  stale.push(path);
  if (!checking) {
    mkdirSync(new URL('.', new URL(path, root)), { recursive: true });
    writeFileSync(file, text);
  }
}
if (checking && stale.length > 0) {
  console.error(`Out of date: ${stale.join(', ')}. Run: npm run build && npm run docs`);
  process.exitCode = 1;
} else {
  console.log(stale.length === 0 ? 'Generated docs are up to date.' : `Wrote ${stale.join(', ')}.`);
}

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
