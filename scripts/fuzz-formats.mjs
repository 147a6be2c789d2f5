// Runs mutants of tensor files through the readers. What runs code that nothing before it ran is mutated further.
import { readdirSync, readFileSync } from 'node:fs';
import { Session } from 'node:inspector';
import { extname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { ParityError } from '../dist/errors/index.js';
import { readTensorBytes } from '../dist/formats/index.js';
import { mutateBytes } from './fuzz-mutate.mjs';
import { createRandom } from './random.mjs';

/** Longest that one file may keep the reader busy. */
const SLOWEST_MS = 1000;

/** Mutants grow no longer than this, or the fuzzer would spend its time on copying. */
const LARGEST_BYTES = 16_384;

/** Mutants between two looks at V8's counters: reading them takes longer than reading a file. */
const BATCH = 32;

const PLAIN_JSON = [
  '{"a": [1, -2.5, "NaN", "-0"], "b": [[true], [false]]}',
  '{"y": {"dtype": "int64", "shape": [2, 1], "data": ["9007199254740993", -1]}, "s": {"dtype": "string", "shape": [], "data": ["é"]}}',
];

/** The files of `folder` by format, with what belongs to one format alone among the ways to mutate it. */
export function formatsOf(folder) {
  const files = readdirSync(folder, { recursive: true })
    .map(String)
    .sort()
    .map((name) => ({ name, bytes: bytesOf(join(folder, name)) }))
    .filter(({ bytes }) => bytes !== null);
  const ending = (extension) =>
    files.filter(({ name }) => extname(name) === extension).map(({ bytes }) => bytes);
  return [
    { format: 'npy', extension: 'npy', seeds: ending('.npy'), mutators: [mutateNumber] },
    { format: 'npz', extension: 'npz', seeds: ending('.npz'), mutators: [packMutant, mutateNumber] },
    {
      format: 'safetensors',
      extension: 'safetensors',
      seeds: ending('.safetensors'),
      mutators: [mutateHeader],
    },
    { format: 'TensorProto', extension: 'pb', seeds: ending('.pb'), mutators: [] },
    {
      format: 'JSON',
      extension: 'json',
      seeds: PLAIN_JSON.map((text) => Buffer.from(text)),
      mutators: [mutateNumber, mutateWord],
    },
    {
      format: 'Polygraphy JSON',
      extension: 'json',
      seeds: ending('.json'),
      mutators: [mutateNumber, mutateWord],
    },
  ];
}

function bytesOf(path) {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error.code === 'EISDIR') return null;
    throw error;
  }
}

/**
 * Nothing may come out of it but tensors or an error of the catalogue, within a second.
 * @param {{ format: string, extension: string, seeds: Uint8Array[], mutators: Function[] }} what
 * @param {{ count: number, seed: number, onProgress?: (done: number) => void }} how
 */
export function fuzzFormat({ format, extension, seeds, mutators }, { count, seed, onProgress }) {
  const random = createRandom(seed);
  const coverage = createCoverage();
  const corpus = [...seeds];
  const batch = [];
  const result = {
    format,
    asked: count,
    run: 0,
    ends: {},
    untyped: [],
    slow: [],
    longestMs: 0,
    seeds: seeds.length,
  };
  for (const bytes of seeds) {
    attempt(bytes, extension);
    coverage.isNew();
  }
  for (let index = 0; index < count; index += 1) {
    const bytes = mutate(random, corpus, mutators);
    const startedAt = performance.now();
    const { end, problem } = attempt(bytes, extension);
    const ms = performance.now() - startedAt;
    result.run += 1;
    result.ends[end] = (result.ends[end] ?? 0) + 1;
    result.longestMs = Math.max(result.longestMs, Math.round(ms));
    if (problem !== undefined) result.untyped.push({ index, problem, bytes: toText(bytes) });
    if (ms > SLOWEST_MS) result.slow.push({ index, ms: Math.round(ms), bytes: toText(bytes) });
    batch.push(bytes);
    if (batch.length === BATCH) {
      // Seldom: then it is found out which of them it was.
      if (coverage.isNew(false))
        corpus.push(...batch.filter((one) => (attempt(one, extension), coverage.isNew())));
      batch.length = 0;
    }
    onProgress?.(result.run);
  }
  result.kept = corpus.length - seeds.length;
  result.blocks = coverage.blocks();
  coverage.close();
  return result;
}

/** Reads every tensor of the file: what it ends with, and the problem where that is no error of the catalogue. */
function attempt(bytes, extension) {
  try {
    readTensorBytes(bytes, `/nowhere/x.${extension}`);
    return { end: 'read' };
  } catch (error) {
    if (error instanceof ParityError) return { end: error.code };
    return { end: 'an untyped error', problem: String(error?.stack ?? error) };
  }
}

/** One to three mutations of one file, or of two that were joined. */
function mutate(random, corpus, mutators) {
  let bytes = random.pick(corpus);
  for (let times = random.pick([1, 1, 1, 2, 3]); times > 0; times -= 1) {
    const kind = random.below(8);
    if (kind < 4 && mutators.length > 0) bytes = random.pick(mutators)(bytes, random);
    else if (kind === 4) bytes = joined(bytes, random.pick(corpus), random);
    else bytes = mutateBytes(bytes, random);
  }
  return Uint8Array.from(bytes.subarray(0, LARGEST_BYTES));
}

/** The start of one file and the end of another. */
function joined(left, right, random) {
  const [from, to] = [random.below(left.length + 1), random.below(right.length + 1)];
  return Buffer.concat([left.subarray(0, from), right.subarray(to)]);
}

const NUMBERS = [
  '0',
  '-1',
  '1',
  '2',
  '255',
  '65536',
  '2147483648',
  '4294967295',
  '9007199254740993',
  '9223372036854775807',
  '1e400',
  '1e-400',
  '-0',
  '00',
  '0.5',
  '""',
  'null',
  '[]',
  '[1,2]',
];

/** Replaces a number that is written in digits. */
function mutateNumber(bytes, random) {
  return replaced(bytes, /-?\d+/g, NUMBERS, random);
}

const WORDS = [
  'float32',
  'int4',
  'bfloat16',
  'string',
  'complex128',
  'dtype',
  'shape',
  'data',
  '__proto__',
  'type',
  'array',
  'Tensor',
  '',
];

/** Replaces a word of a JSON text. */
function mutateWord(bytes, random) {
  return replaced(bytes, /[A-Za-z_]\w*/g, WORDS, random);
}

function replaced(bytes, pattern, words, random) {
  const text = Buffer.from(bytes).toString('latin1');
  const found = [...text.matchAll(pattern)];
  if (found.length === 0) return bytes;
  const { 0: old, index } = random.pick(found);
  return Buffer.from(text.slice(0, index) + random.pick(words) + text.slice(index + old.length), 'latin1');
}

/** Changes the header of a safetensors file and then the length that says where it ends. */
function mutateHeader(bytes, random) {
  if (bytes.length < 8) return bytes;
  const end = Math.min(bytes.length, 8 + Number(Buffer.from(bytes).readBigUInt64LE(0) & 0xffffn));
  const edit = random.pick([mutateNumber, mutateWord, mutateBytes]);
  const header = Buffer.from(edit(bytes.subarray(8, end), random));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, header, bytes.subarray(end)]);
}

/** A well-formed archive of one mutated array, so that what is inside is reached at all. */
function packMutant(bytes, random) {
  const at = Buffer.from(bytes).indexOf('\x93NUMPY', 0, 'latin1');
  const inner = Buffer.from(
    at === -1 ? bytes : random.pick([mutateBytes, mutateNumber])(bytes.subarray(at), random),
  );
  const name = Buffer.from(random.pick(['a.npy', '../a.npy', 'a', '__proto__.npy', '']));
  const sizes = Buffer.alloc(12);
  sizes.writeUInt32LE(crc32(inner), 0);
  sizes.writeUInt32LE(inner.length, 4);
  sizes.writeUInt32LE(inner.length, 8);
  const shared = Buffer.concat([
    Buffer.from([20, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    sizes,
    Buffer.from([name.length, 0, 0, 0]),
  ]);
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), shared, name, inner]);
  const central = Buffer.concat([
    Buffer.from('PK\x01\x02'),
    Buffer.from([20, 0]),
    shared,
    Buffer.alloc(14),
    name,
  ]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(local.length, 12);
  return Buffer.concat([local, central, Buffer.from('PK\x05\x06'), end]);
}

function toText(bytes) {
  return Buffer.from(bytes).toString('base64');
}

/** Blocks of the readers that ran since it was last asked, by V8's own counters. */
function createCoverage() {
  const session = new Session();
  session.connect();
  const call = (method, parameters) => {
    let answer;
    session.post(method, parameters, (error, value) => {
      if (error) throw new Error(error.message);
      answer = value;
    });
    return answer;
  };
  call('Profiler.enable');
  call('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  const seen = new Set();
  return {
    /** Whether there are blocks that it did not tell before; `remember: false` leaves them to be told again. */
    isNew(remember = true) {
      const ran = [];
      for (const { url, functions } of call('Profiler.takePreciseCoverage').result) {
        if (!url.includes('/dist/')) continue;
        for (const { ranges } of functions)
          for (const { startOffset, endOffset, count } of ranges)
            if (count > 0) ran.push(`${url} ${startOffset} ${endOffset}`);
      }
      const isNew = ran.some((block) => !seen.has(block));
      if (remember) for (const block of ran) seen.add(block);
      return isNew;
    },
    blocks: () => seen.size,
    close: () => session.disconnect(),
  };
}
