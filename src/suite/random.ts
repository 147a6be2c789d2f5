/**
 * Seeded values with the same bits on every platform, from operations that IEEE 754 rounds exactly: + − × ÷ √ on doubles.
 * `Math.log` and `Math.cos` differ between engines, so the logarithm is our own. test/fixtures/suites/seeded_values.py is the same in Python.
 *
 * State: the first 16 bytes of SHA-256("onnx-parity/1:" + seed + ":" + input name, in UTF-8) as four little-endian words.
 * Generator: xoshiro128** (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021).
 */
import { createHash } from 'node:crypto';

/** Draws whole numbers from 0 to 2^53 − 1, evenly: `(a >>> 5)·2^26 + (b >>> 6)` of two words, as in Mersenne Twister's res53. */
export type Draw = () => number;

const TWO_26 = 2 ** 26;
const TWO_53 = 2 ** 53;

/** The stream of one input. */
export function streamOf(seed: number, inputName: string): Draw {
  const digest = createHash('sha256').update(`onnx-parity/1:${seed}:${inputName}`, 'utf8').digest();
  let s0 = digest.readInt32LE(0);
  let s1 = digest.readInt32LE(4);
  let s2 = digest.readInt32LE(8);
  let s3 = digest.readInt32LE(12);
  const word = (): number => {
    const times5 = Math.imul(s1, 5);
    const result = Math.imul((times5 << 7) | (times5 >>> 25), 9) >>> 0;
    const shifted = s1 << 9;
    s2 ^= s0;
    s3 ^= s1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= shifted;
    s3 = (s3 << 11) | (s3 >>> 21);
    return result;
  };
  return () => {
    const high = word() >>> 5;
    return high * TWO_26 + (word() >>> 6);
  };
}

/** `low + (high − low)·(draw ÷ 2^53)`: [low, high) before rounding to the input's dtype. */
export function fillUniform(values: Float64Array, draw: Draw, low: number, high: number): void {
  const width = high - low;
  for (let i = 0; i < values.length; i++) values[i] = low + width * (draw() / TWO_53);
}

/** Whole numbers in [low, high), each equally likely: draws at or beyond the last multiple of the range are drawn again. */
export function fillIntegers(values: Float64Array, draw: Draw, low: number, high: number): void {
  const range = high - low;
  const end = TWO_53 - (TWO_53 % range);
  for (let i = 0; i < values.length; i++) {
    let drawn = draw();
    while (drawn >= end) drawn = draw();
    values[i] = low + (drawn % range);
  }
}

/**
 * Marsaglia's polar method: u and v uniform in [−1, 1), s = u² + v², drawn again unless 0 < s < 1,
 * then u·f and v·f with f = √(−2·ln(s) ÷ s). Value is `mean + std·z`.
 */
export function fillNormal(values: Float64Array, draw: Draw, mean: number, std: number): void {
  for (let i = 0; i < values.length; i += 2) {
    let u = 0;
    let v = 0;
    let s = 0;
    while (s >= 1 || s === 0) {
      u = 2 * (draw() / TWO_53) - 1;
      v = 2 * (draw() / TWO_53) - 1;
      s = u * u + v * v;
    }
    const factor = Math.sqrt((-2 * portableLog(s)) / s);
    values[i] = mean + std * (u * factor);
    if (i + 1 < values.length) values[i + 1] = mean + std * (v * factor);
  }
}

// Literals: a platform might round Math.LN2 another way, and the digits document the algorithm.
/* oxlint-disable oxc/approx-constant */
const LN_2 = 0.6931471805599453;
const SQRT_HALF = 0.7071067811865476;
/* oxlint-enable oxc/approx-constant */
const DOUBLE = new DataView(new ArrayBuffer(8));

/**
 * Natural logarithm of a normal positive double, the same bits everywhere: s = m·2^e with √½ ≤ m < √2, f = (m − 1) ÷ (m + 1),
 * ln s = e·ln 2 + 2f·(1 + f²/3 + f⁴/5 + … + f²⁰/21), by Horner from the last term. Relative error below 4e-16 away from 1.
 */
export function portableLog(s: number): number {
  DOUBLE.setFloat64(0, s);
  const high = DOUBLE.getUint32(0);
  let exponent = (high >>> 20) - 1022;
  DOUBLE.setUint32(0, ((high & 0x000f_ffff) | 0x3fe0_0000) >>> 0);
  let m = DOUBLE.getFloat64(0);
  if (m < SQRT_HALF) {
    m *= 2;
    exponent -= 1;
  }
  const f = (m - 1) / (m + 1);
  const square = f * f;
  let sum = 1 / 21;
  for (let k = 19; k >= 1; k -= 2) sum = 1 / k + square * sum;
  return exponent * LN_2 + 2 * f * sum;
}
