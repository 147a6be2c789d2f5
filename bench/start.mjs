/** Rows (b) and (d) of docs/performance.md: what a check costs from a cold start, and what `run` adds to sessions alone. `node bench/start.mjs`. */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareCheck, prepareSuites } from './bare/prepare.mjs';
import {
  alternate,
  CLI,
  costOf,
  goal,
  keep,
  mediansOf,
  missingIn,
  ONE_THREAD,
  pythonPath,
  ROOT,
  tell,
} from './paired.mjs';

const ROUNDS = Number(process.env.ROUNDS ?? 15);
const scratch = mkdtempSync(join(tmpdir(), 'parity-bench-'));
const python = pythonPath();
const rows = [];
try {
  rows.push(await oneCheck(), await shippedSuites());
} finally {
  rmSync(scratch, { recursive: true });
}
keep('start', rows);

/** One small net: from nothing to a verdict. */
async function oneCheck() {
  const { model, inputs, expected, raw } = await prepareCheck(scratch);
  const skipped = {};
  const contenders = {
    ours: [process.execPath, [CLI, 'check', model, '--inputs', inputs, '--reference', expected]],
    'ours, one run of the model': [
      process.execPath,
      [CLI, 'check', model, '--inputs', inputs, '--reference', expected, '--repeat', '1'],
    ],
    'bare Node script': [process.execPath, ['bench/bare/check.cjs', model, raw]],
    'empty parent and child': [process.execPath, ['bench/bare/parent.cjs', 'cpu', model]],
  };
  const plain = missingIn(python, ['numpy', 'onnxruntime']);
  if (plain === null)
    contenders['Python + onnxruntime + NumPy'] = [
      python,
      ['bench/start_peer.py', 'plain', model, inputs, expected],
    ];
  else skipped['Python + onnxruntime + NumPy'] = plain;
  const lacking = missingIn(python, ['polygraphy', 'onnxruntime']);
  if (lacking === null) {
    const saved = join(scratch, 'polygraphy');
    mkdirSync(saved);
    costOf(python, ['bench/start_peer.py', 'save', saved, inputs, expected]);
    const words = [
      'run',
      model,
      '--onnxrt',
      '--load-inputs',
      `${saved}/inputs.json`,
      '--load-outputs',
      `${saved}/expected.json`,
    ];
    contenders['Polygraphy without torch'] = [
      python,
      ['bench/start_peer.py', 'polygraphy', 'without', ...words],
    ];
    const torch = missingIn(python, ['torch']);
    if (torch === null)
      contenders['Polygraphy with torch'] = [python, ['bench/start_peer.py', 'polygraphy', 'with', ...words]];
    else skipped['Polygraphy with torch'] = torch;
  } else skipped['Polygraphy'] = lacking;
  const samples = await alternate(
    Object.fromEntries(
      Object.entries(contenders).map(([name, [command, args]]) => [
        name,
        async () => costOf(command, args, { env: ONE_THREAD }).cpuMs,
      ]),
    ),
    ROUNDS,
  );
  const medians = mediansOf(samples);
  const share = (name) => medians.ours / medians[name];
  const row = {
    work: 'one small check, cold start to verdict',
    medians,
    samples,
    skipped,
    goals: [
      ...(medians['Polygraphy without torch'] === undefined
        ? []
        : [goal('≤ 0.8 × Polygraphy without torch', share('Polygraphy without torch'), { atMost: 0.8 })]),
      ...(medians['Polygraphy with torch'] === undefined
        ? []
        : [goal('≤ 0.25 × Polygraphy with torch', share('Polygraphy with torch'), { atMost: 0.25 })]),
      goal('≤ 2.2 × a bare Node script', share('bare Node script'), { atMost: 2.2 }),
    ],
  };
  tell(row);
  return row;
}

/** `run` of the suites in suites/ against processes that do nothing but the same sessions and runs. */
async function shippedSuites() {
  const project = join(scratch, 'project');
  for (const folder of ['suites', 'goldens'])
    cpSync(join(ROOT, folder), join(project, folder), { recursive: true });
  const targets = { cpu: 'ort-node/cpu', wasm: 'ort-web/wasm' };
  const goals = [];
  const medians = {};
  const samples = {};
  for (const [short, target] of Object.entries(targets)) {
    const work = await prepareSuites(project, target, join(scratch, `${short}.v8`));
    const out = join(scratch, 'runs');
    const args = [
      CLI,
      'run',
      '--project',
      project,
      '--out',
      out,
      '--target',
      target,
      '--repeat',
      '1',
      '--jobs',
      '1',
    ];
    const taken = await alternate(
      {
        [`run, ${target}`]: async () => costOf(process.execPath, args, { mayFail: true }).cpuMs,
        [`worker and sessions alone, ${target}`]: async () =>
          costOf(process.execPath, ['bench/bare/parent.cjs', short, '--work', work]).cpuMs,
      },
      ROUNDS,
    );
    Object.assign(samples, taken);
    Object.assign(medians, mediansOf(taken));
    const [ours, bare] = Object.values(mediansOf(taken));
    goals.push(goal(`${target}: ≤ 1.25 × the bare worker and its sessions`, ours / bare, { atMost: 1.25 }));
  }
  const row = { work: '`run` of the shipped suites, `--repeat 1`', medians, samples, goals };
  tell(row);
  return row;
}
