import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Puts the launcher into dist, and beside it the code that V8 compiles in a run of one small suite. */
export async function buildCode(dist) {
  const folder = join(dist, 'cli');
  const out = join(folder, 'code.v8');
  rmSync(out, { force: true });
  copyFileSync(fileURLToPath(new URL('launcher.cjs', import.meta.url)), join(folder, 'main.cjs'));
  const scratch = mkdtempSync(join(tmpdir(), 'onnx-parity-code-'));
  try {
    await writeSuite(dist, join(scratch, 'suites', 'tiny'));
    const check = record(folder, scratch, ['check', 'suites/tiny/net.onnx', ...FILES]);
    const run = record(folder, scratch, ['run']);
    writeFileSync(out, larger(check, run));
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

const FILES = ['--inputs', 'suites/tiny/in.npz', '--reference', 'suites/tiny/out.npz'];

async function writeSuite(dist, suite) {
  const from = (path) => import(pathToFileURL(join(dist, path)).href);
  const { PROBE_MODEL, PROBE_INPUT, PROBE_OUTPUT } = await from('runtimes/probe-model.js');
  const { writeNpz } = await from('formats/index.js');
  const tensors = ([name, data]) =>
    new Map([[name, { dtype: 'float32', shape: [data.length], data: Float32Array.from(data) }]]);
  mkdirSync(suite, { recursive: true });
  writeFileSync(join(suite, 'net.onnx'), PROBE_MODEL);
  writeFileSync(join(suite, 'in.npz'), writeNpz(tensors(PROBE_INPUT)));
  writeFileSync(join(suite, 'out.npz'), writeNpz(tensors(PROBE_OUTPUT)));
  writeFileSync(
    join(suite, 'suite.yaml'),
    `model: net.onnx
targets: [ort-node/cpu]
reference: { file: out.npz }
cases:
  one: { inputs: { ${PROBE_INPUT[0]}: { file: in.npz } } }
`,
  );
}

/** The parts of one run: bytes of compiled code by name. */
function record(folder, cwd, words) {
  const out = join(cwd, 'code.v8');
  const program = fileURLToPath(new URL('record.cjs', import.meta.url));
  execFileSync(process.execPath, [program, folder, out, ...words], {
    cwd,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const bytes = readFileSync(out);
  const start = 4 + bytes.readUInt32LE(0);
  const index = JSON.parse(bytes.toString('utf8', 4, start));
  return new Map(
    Object.entries(index).map(([name, { at, length }]) => [
      name,
      bytes.subarray(start + at, start + at + length),
    ]),
  );
}

/** Of each part the larger code: it holds more functions. */
function larger(one, other) {
  const index = {};
  const parts = [];
  let at = 0;
  for (const name of new Set([...one.keys(), ...other.keys()])) {
    const [bytes] = [one.get(name), other.get(name)]
      .filter((part) => part !== undefined)
      .sort((left, right) => right.length - left.length);
    index[name] = { at, length: bytes.length };
    parts.push(bytes);
    at += bytes.length;
  }
  const head = Buffer.from(JSON.stringify(index));
  const size = Buffer.alloc(4);
  size.writeUInt32LE(head.length);
  return Buffer.concat([size, head, ...parts]);
}
