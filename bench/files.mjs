/** Rows (e) and (f) of docs/performance.md: reading goldens, comparing files larger than memory should be, and peak memory. `node bench/files.mjs`. */
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readTensorFile, writeNpy, writeSafetensors } from '../dist/formats/index.js';
import { prepareCheck } from './bare/prepare.mjs';
import {
  alternate,
  CLI,
  costOf,
  goal,
  keep,
  mediansOf,
  missingIn,
  ONE_THREAD,
  peakOf,
  pythonPath,
  pythonPeer,
  tell,
} from './paired.mjs';

const python = pythonPath();
const numpy = missingIn(python, ['numpy']);
const scratch = mkdtempSync(join(tmpdir(), 'parity-bench-'));
const rows = [];
try {
  rows.push(await reading(), ...(await streaming()));
} finally {
  rmSync(scratch, { recursive: true });
}
keep('files', rows);

/** 40 MB of float32, as the harness stores it and as NumPy does. */
async function reading() {
  const n = 1e7;
  const tensor = {
    dtype: 'float32',
    shape: [n],
    data: Float32Array.from({ length: n }, (_, i) => Math.sin(i)),
  };
  const npy = join(scratch, 'golden.npy');
  const safetensors = join(scratch, 'golden.safetensors');
  writeFileSync(npy, writeNpy(tensor));
  writeFileSync(safetensors, writeSafetensors(new Map([['y', tensor]])));
  const peer = numpy === null ? pythonPeer('bench/numpy_peer.py') : null;
  const samples = await alternate(
    {
      'ours, safetensors': async () => cpuOfRead(safetensors),
      'ours, npy': async () => cpuOfRead(npy),
      ...(peer === null
        ? {}
        : { 'np.load': async () => (await peer.ask({ task: 'load', path: npy })).cpuMs }),
    },
    15,
  );
  peer?.close();
  const row = {
    work: 'reading a golden of 40 MB',
    medians: mediansOf(samples),
    samples,
    skipped: numpy === null ? {} : { NumPy: numpy },
  };
  tell(row);
  return row;
}

function cpuOfRead(path) {
  const before = process.cpuUsage();
  readTensorFile(path);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** `compare` of 2 × 400 MB; NumPy takes the same set from memory-mapped files, a million elements at a time. */
async function streaming() {
  const [expected, actual] = ['expected', 'actual'].map((side) => join(scratch, side, 'y.npy'));
  writeLarge(expected, 0);
  writeLarge(actual, 1e-6);
  const ours = [process.execPath, [CLI, 'compare', expected, actual]];
  const theirs = [python, ['bench/numpy_peer.py', expected, actual]];
  const samples = await alternate(
    {
      ours: async () => costOf(...ours).cpuMs,
      ...(numpy === null ? { NumPy: async () => costOf(...theirs, { env: ONE_THREAD }).cpuMs } : {}),
    },
    3,
  );
  const medians = mediansOf(samples);
  const skipped = numpy === null ? {} : { NumPy: numpy };
  const costs = {
    work: '`compare` of 2 × 400 MB from disk, full set',
    medians,
    samples,
    skipped,
    goals:
      medians.NumPy === undefined
        ? []
        : [goal('≤ 0.35 × NumPy’s CPU', medians.ours / medians.NumPy, { atMost: 0.35 })],
  };
  tell(costs);
  const peaks = await peaksOf(ours, numpy === null ? theirs : null);
  const memory = {
    work: 'peak memory, all processes',
    unit: 'MiB',
    medians: peaks,
    goals: [goal('2 × 400 MB in ≤ 64 MiB', peaks['ours, 2 × 400 MB'], { atMost: 64 })],
    skipped,
  };
  tell(memory);
  return [costs, memory];
}

async function peaksOf(ours, theirs) {
  const { model, inputs, expected, raw } = await prepareCheck(scratch);
  const peaks = { 'ours, 2 × 400 MB': await peakOf(...ours) };
  if (theirs !== null) peaks['NumPy, 2 × 400 MB'] = await peakOf(...theirs);
  const words = [CLI, 'check', model, '--inputs', inputs, '--reference', expected];
  peaks['ours, one small check'] = await peakOf(process.execPath, words);
  peaks['bare Node script'] = await peakOf(process.execPath, ['bench/bare/check.cjs', model, raw]);
  if (missingIn(python, ['numpy', 'onnxruntime']) === null)
    peaks['Python + onnxruntime + NumPy'] = await peakOf(python, [
      'bench/start_peer.py',
      'plain',
      model,
      inputs,
      expected,
    ]);
  return peaks;
}

/** 1e8 float32 in ±1, times 1 + noise. */
function writeLarge(path, noise) {
  mkdirSync(dirname(path));
  const elements = 1e8;
  const piece = new Float32Array(1e6);
  const file = openSync(path, 'w');
  const header = writeNpy({ dtype: 'float32', shape: [0], data: new Float32Array(0) });
  const text = Buffer.from(header).toString('latin1');
  const longer = text.replace('(0,), }', `(${elements},), }`).slice(0, text.length - 1);
  writeSync(file, Buffer.from(`${longer}\n`, 'latin1'));
  let state = 1;
  let other = 2;
  for (let written = 0; written < elements; written += piece.length) {
    for (let i = 0; i < piece.length; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      other = (Math.imul(other, 1664525) + 1013904223) >>> 0;
      piece[i] = (state / 2 ** 31 - 1) * (1 + noise * (other / 2 ** 31 - 1));
    }
    writeSync(file, piece);
  }
  closeSync(file);
}
