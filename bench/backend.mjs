/** Row (c) of docs/performance.md: a folder of ONNX backend cases. `node bench/backend.mjs FOLDER`, or ONNX_PARITY_BACKEND_SUITE=FOLDER. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  alternate,
  CLI,
  costOf,
  goal,
  keep,
  median,
  mediansOf,
  missingIn,
  ONE_THREAD,
  pythonPath,
  tell,
} from './paired.mjs';

const folder = process.argv[2] ?? process.env.ONNX_PARITY_BACKEND_SUITE;
if (folder === undefined || !existsSync(folder)) {
  console.log('backend suite skipped: give its folder, or set ONNX_PARITY_BACKEND_SUITE');
  process.exit();
}
const suite = resolve(folder);
const ROUNDS = Number(process.env.ROUNDS ?? 9);
const python = pythonPath();
const scratch = mkdtempSync(join(tmpdir(), 'parity-bench-'));
const run = (...more) => [
  process.execPath,
  [CLI, 'run', suite, '--out', join(scratch, 'runs'), '--jobs', ...more],
];
const contenders = {
  ours: run('1'),
  'ours, two processes': run('2'),
  'ours, one run of each model': run('1', '--repeat', '1'),
  'bare Node loop': [process.execPath, ['bench/bare/suite.cjs', suite]],
};
const skipped = {};
const tight = missingIn(python, ['numpy', 'onnx', 'onnxruntime']);
if (tight === null) contenders['tight Python loop'] = [python, ['bench/backend_peer.py', suite]];
else skipped['tight Python loop'] = tight;
const lacking = missingIn(python, ['pytest', 'onnx', 'onnxruntime']);
if (lacking === null)
  contenders['pytest'] = [python, ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', 'bench/backend_peer.py']];
else skipped['pytest'] = lacking;

try {
  const costs = await alternate(
    Object.fromEntries(
      Object.entries(contenders).map(([name, [command, args]]) => [
        name,
        async () => {
          const env = name === 'pytest' ? {} : ONE_THREAD;
          return costOf(command, args, {
            mayFail: true,
            env: { ...env, ONNX_PARITY_BACKEND_SUITE: suite },
          });
        },
      ]),
    ),
    ROUNDS,
  );
  const of = (field) =>
    Object.fromEntries(Object.entries(costs).map(([name, all]) => [name, all.map((cost) => cost[field])]));
  const samples = of('cpuMs');
  const walls = of('wallMs');
  const medians = mediansOf(samples);
  const wallShare = median(walls['ours, two processes']) / median(walls.ours);
  const row = {
    work: 'the ONNX backend suite, with isolation, full metrics and result document',
    medians,
    samples,
    walls,
    skipped,
    goals: [
      ...(medians.pytest === undefined
        ? []
        : [
            goal('one process: ≤ 0.20 × pytest with onnxruntime’s backend', medians.ours / medians.pytest, {
              atMost: 0.2,
            }),
          ]),
      ...(medians['tight Python loop'] === undefined
        ? []
        : [
            goal('one process: ≤ 1.05 × a tight Python loop', medians.ours / medians['tight Python loop'], {
              atMost: 1.05,
            }),
          ]),
      goal('two processes: wall ≤ 0.65 × one process', wallShare, { atMost: 0.65 }),
    ],
  };
  tell(row);
  keep('backend', [row]);
} finally {
  rmSync(scratch, { recursive: true });
}
