// Fuzzes the runtimes with mutants of small models, and the readers with mutants of tensor files; what must hold is that
// none of them costs more than itself.
//
//   npm run fuzz -- [--target ort-node/cpu]… [--bytes 4000] [--structures 1500] [--seed 1] [--jobs 2]
//                   [--deadline SECONDS] [--models FOLDER] [--formats 10000] [--json FILE]
//   npm run fuzz -- --report A.json B.json …       writes the tables of docs/fuzzing.md from such files
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { packageVersion } from '../dist/runtimes/index.js';
import { createExecutor, probeTargets } from '../dist/workers/index.js';
import { formatsSection, modelsSection } from './fuzz-report.mjs';
import { formatsOf, fuzzFormat } from './fuzz-formats.mjs';
import { fuzz, readSeeds } from './fuzz-run.mjs';
import { writeSection } from './write-section.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    target: { type: 'string', multiple: true, default: ['ort-node/cpu', 'ort-web/wasm', 'ort-node/webgpu'] },
    bytes: { type: 'string', default: '4000' },
    structures: { type: 'string', default: '1500' },
    seed: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '2' },
    deadline: { type: 'string', default: '5' },
    formats: { type: 'string', default: '10000' },
    models: {
      type: 'string',
      default: fileURLToPath(new URL('../test/fixtures/models/seeds', import.meta.url)),
    },
    json: { type: 'string' },
    report: { type: 'boolean', default: false },
  },
});

if (values.report) {
  const results = positionals.flatMap((file) => JSON.parse(readFileSync(file, 'utf8')));
  const page = new URL('../docs/fuzzing.md', import.meta.url);
  const [models, formats] = [results.filter(({ target }) => target), results.filter(({ format }) => format)];
  if (models.length > 0) writeSection(page, 'models', modelsSection(models));
  if (formats.length > 0) writeSection(page, 'formats', formatsSection(formats));
} else {
  const results = [...fuzzFormats(), ...(await fuzzTargets())];
  if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 1)}\n`);
  process.exitCode = results.every(holds) ? 0 : 1;
}

function fuzzFormats() {
  const count = Number(values.formats);
  if (count === 0) return [];
  return formatsOf(fileURLToPath(new URL('../test/fixtures/formats', import.meta.url))).map((what) => {
    const startedAt = performance.now();
    const onProgress = (done) => {
      if (done % 10_000 === 0) console.error(`${what.format} ${done} of ${count}`);
    };
    const result = fuzzFormat(what, { count, seed: Number(values.seed), onProgress });
    return told({ ...result, seconds: Math.round((performance.now() - startedAt) / 1000), ...where() });
  });
}

function told(result) {
  console.error(JSON.stringify(result, null, 1));
  return result;
}

function holds({
  harnessCrashes = [],
  late = [],
  withoutVerdict = 0,
  changedGoodCases = [],
  untyped = [],
  slow = [],
}) {
  const broken = [harnessCrashes, late, changedGoodCases, untyped, slow].some(({ length }) => length > 0);
  return !broken && withoutVerdict === 0;
}

async function fuzzTargets() {
  const jobs = Number(values.jobs);
  const seeds = readSeeds(values.models);
  const folder = mkdtempSync(join(tmpdir(), 'onnx-parity-fuzz-'));
  const freshExecutor = (atOnce = 1) => createExecutor({ jobs: atOnce, memoryLimitBytes: 2 ** 30 });
  const executor = freshExecutor(jobs);
  const results = [];
  try {
    const available = await probeTargets(values.target, { executor });
    for (const name of values.target) {
      const found = available.get(name);
      if (!found.available) {
        console.error(`${name} is not fuzzed: ${found.reason.message} ${found.reason.hint}`);
        continue;
      }
      for (const [kind, count] of [
        ['bytes', Number(values.bytes)],
        ['structure', Number(values.structures)],
      ]) {
        if (count === 0) continue;
        const startedAt = performance.now();
        const result = await fuzz({
          executor,
          freshExecutor: () => freshExecutor(),
          target: targetOf(name),
          seeds,
          kind,
          count,
          seed: Number(values.seed),
          folder: join(folder, 'mutants'),
          deadlineMs: Number(values.deadline) * 1000,
          lanes: jobs,
          onProgress: (done) => {
            if (done % 500 === 0) console.error(`${name} ${kind} ${done} of ${count}`);
          },
        });
        const seconds = Math.round((performance.now() - startedAt) / 1000);
        results.push(told({ ...result, seconds, ...where() }));
      }
    }
  } finally {
    await executor.close();
    rmSync(folder, { recursive: true, force: true });
  }
  return results;
}

function where() {
  return {
    seed: Number(values.seed),
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    onnxruntime: packageVersion('onnxruntime-node'),
    host: `${process.platform}/${process.arch}, ${cpus().length} cores`,
  };
}

function targetOf(name) {
  const [runtime, provider] = name.split('/');
  return { name, runtime, provider, options: {}, optional: false, fallback: 'warn' };
}
