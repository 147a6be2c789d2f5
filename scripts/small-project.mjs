// A project of many small cases for what is run over and over: kills, and the store of a long history.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MODEL = fileURLToPath(new URL('../test/fixtures/models/negate.onnx', import.meta.url));

/** A temporary folder that goes with this process, also where a signal ends it. */
export function ownFolder(prefix) {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => process.exit(1));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Ids of the runs in a folder of reports, oldest first. */
export function runsIn(reports) {
  if (!existsSync(reports)) return [];
  return readdirSync(reports)
    .filter((name) => /^\d{8}-/.test(name))
    .toSorted();
}

/** A case as the suite file has it: `length` normal numbers. */
export function normalCase(name, seed, length) {
  return `  ${name}: { inputs: { x: { normal: { mean: 0, std: 1, seed: ${seed} }, shape: [${length}] } } }\n`;
}

/** A suite of y = −x against the graph without optimisation; `cases` as {@link normalCase} writes them. */
export function writeNegateSuite(folder, cases, { targets = 'ort-node/cpu', extra = '' } = {}) {
  mkdirSync(folder, { recursive: true });
  cpSync(MODEL, join(folder, 'negate.onnx'));
  writeFileSync(
    join(folder, 'suite.yaml'),
    'description: y = -x\nmodel: negate.onnx\nreference: { runtime: ort-node/cpu@disabled }\n' +
      `targets: [${targets}]\n${extra}inputs:\n  x: { dtype: float32 }\ncases:\n${cases.join('')}`,
  );
}
