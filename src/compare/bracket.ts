/** Exact middle ranks of a long tensor in one read: a sample brackets them, and only what falls into the bracket is kept. */
import type { TensorData } from '../tensor/index.ts';
import type { ChunkSource } from './chunk-source.ts';
import type { Kernel } from './kernels/kernel.ts';
import { CAPACITY, theKernel } from './kernels/kernel.ts';
import { meanOf, readMagnitudes } from './magnitudes.ts';
import { nth } from './nth.ts';

/** Elements read at each sampled place. */
const RUN = 8;
/** Kept values beyond this make the bracket useless (8 to 16 MB). */
const KEEP_AT_MOST = 2 ** 21;

/**
 * The mean of the values at the two ranks that `ranksOf(total)` names, among the finite non-zero |values|.
 * `undefined` where the bracket missed them or held too much; 0 where there are no such values.
 */
export function bracketRanks(
  source: ChunkSource,
  elements: number,
  ranksOf: (total: number) => readonly [number, number],
): number | undefined {
  const [low, high] = bracketOf(source, elements);
  const found = sweep(source, elements, low, high);
  if (found === undefined) return undefined;
  const { total, below, within, inside, counts } = found;
  if (total === 0) return 0;
  const [lower, upper] = ranksOf(total);
  if (lower < below || upper >= below + within) return undefined;
  if (low === high) return low;
  if (counts !== null) return meanOfCounted(counts, low, lower - below, upper - below);
  return valuesAt(inside, lower - below, upper - below, low, high);
}

/** Four standard deviations of the sampled rank on either side of its middle. */
function bracketOf(source: ChunkSource, elements: number): readonly [number, number] {
  const places = Math.min(8192, Math.max(256, Math.floor(elements / 4000)));
  const sample = new Float64Array(places * RUN);
  const run = new Float64Array(RUN);
  const step = elements / places;
  let taken = 0;
  let random = 0x9e3779b9;
  for (let place = 0; place < places; place++) {
    random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
    const start = Math.min(elements - RUN, Math.floor((place + random / 2 ** 32) * step));
    const kept = readMagnitudes(source, start, RUN, run);
    for (let i = 0; i < kept; i++) sample[taken++] = run[i]!;
  }
  const sorted = sample.subarray(0, taken).sort();
  const half = 2 * Math.sqrt(taken) + 1;
  const [smallest, largest] = source.dtype === 'float32' ? FLOAT32_ENDS : FLOAT64_ENDS;
  return [sorted[Math.floor(taken / 2 - half)] ?? smallest, sorted[Math.ceil(taken / 2 + half)] ?? largest];
}

/** The smallest and the largest finite magnitude. */
const FLOAT32_ENDS = [2 ** -149, 2 ** 128 - 2 ** 104] as const;
const FLOAT64_ENDS = [Number.MIN_VALUE, Number.MAX_VALUE] as const;

interface Swept {
  readonly total: number;
  readonly below: number;
  readonly within: number;
  /** The values within; left out where they are all alike, or counted. */
  readonly inside: Float64Array | Float32Array;
  /** How many have each pattern from that of the lower end on. */
  readonly counts: Uint32Array | null;
}

/** Patterns that are counted, so that a long tensor's values need not be kept: 2 MB of counts. */
const COUNTED_PATTERNS = 2 ** 19;

/** Fewer elements leave fewer values than there would be counts. */
const COUNTED_FROM = 2 ** 24;

function sweep(source: ChunkSource, elements: number, low: number, high: number): Swept | undefined {
  const kernel = theKernel();
  const single = source.dtype === 'float32';
  const lowest = patternOf(low);
  const patterns = single && elements >= COUNTED_FROM ? patternOf(high) - lowest + 1 : Infinity;
  const counts = low !== high && patterns <= COUNTED_PATTERNS ? new Uint32Array(patterns) : null;
  const room = counts === null ? elements >> 3 : 0;
  let inside = single ? new Float32Array(room) : new Float64Array(room);
  let total = 0;
  let below = 0;
  let kept = 0;
  for (let start = 0; start < elements; start += CAPACITY) {
    const count = Math.min(CAPACITY, elements - start);
    if (single) sweepSingles(kernel, source.read(start, count), count, low, high);
    else {
      const real = readMagnitudes(source, start, count, kernel.expected64);
      kernel.bracket_f64(real, low, high);
    }
    const [all, under, within] = kernel.bracket as unknown as [number, number, number];
    total += all;
    below += under;
    kept += within;
    if (low === high) continue;
    if (counts !== null) {
      for (let i = 0; i < within; i++) counts[kernel.gatheredPatterns[i]! - lowest]!++;
      continue;
    }
    if (kept > KEEP_AT_MOST) return undefined;
    if (kept > inside.length) inside = grown(inside, kept);
    inside.set((single ? kernel.gathered32 : kernel.gathered64).subarray(0, within), kept - within);
  }
  const whole = low === high || counts !== null ? 0 : kept;
  return { total, below, within: kept, inside: inside.subarray(0, whole), counts };
}

/** The bits of a float32; those of positive numbers rise with them. */
function patternOf(value: number): number {
  return new Uint32Array(Float32Array.of(value).buffer)[0]!;
}

function meanOfCounted(counts: Uint32Array, low: number, lower: number, upper: number): number {
  const valueAt = (rank: number): number => {
    let pattern = 0;
    for (let before = counts[0]!; before <= rank; before += counts[++pattern]!);
    return new Float32Array(Uint32Array.of(patternOf(low) + pattern).buffer)[0]!;
  };
  return lower === upper ? valueAt(lower) : meanOf(valueAt(lower), valueAt(upper));
}

function sweepSingles(kernel: Kernel, data: TensorData, count: number, low: number, high: number): void {
  kernel.expected32.set(data as Float32Array);
  kernel.bracket_f32(count, low, high);
}

function grown<T extends Float64Array | Float32Array>(values: T, needed: number): T {
  const larger = new (values.constructor as new (length: number) => T)(Math.max(needed, 2 * values.length));
  larger.set(values);
  return larger;
}

/** Buckets of equal width narrow the kept values down before one of them is searched. */
function valuesAt(
  values: Float64Array | Float32Array,
  lower: number,
  upper: number,
  low: number,
  high: number,
): number {
  const buckets = 1024;
  const scale = buckets / (high - low);
  if (values.length < 4096 || !(scale > 0 && scale < Infinity)) return meanOfRanks(values, lower, upper);
  const counts = new Uint32Array(buckets + 1);
  for (let i = 0; i < values.length; i++) counts[((values[i]! - low) * scale) | 0]!++;
  let before = 0;
  let bucket = 0;
  while (before + counts[bucket]! <= lower) before += counts[bucket++]!;
  if (upper >= before + counts[bucket]!) return meanOfRanks(values, lower, upper);
  const chosen = new Float64Array(counts[bucket]!);
  let next = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if ((((value - low) * scale) | 0) === bucket) chosen[next++] = value;
  }
  return meanOfRanks(chosen, lower - before, upper - before);
}

function meanOfRanks(values: Float64Array | Float32Array, lower: number, upper: number): number {
  const high = nth(values, upper);
  return lower === upper ? high : meanOf(nth(values.subarray(0, upper), lower), high);
}
