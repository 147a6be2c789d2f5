/** Exact order statistics of a stream of numbers ≥ 0 that can be read again: radix selection over the bit patterns, 16 bits a pass, in constant memory. */

/** Visits all values, Infinity allowed and NaN not; the same ones in any order on each call. */
export type Stream = (visit: (values: Float64Array, count: number) => void) => void;

/** Below this many candidates they are gathered and sorted. */
const GATHER = 65536;

/** The values of the given 0-based ranks in ascending order, in the order of `ranks`. */
export function selectRanks(stream: Stream, total: number, ranks: readonly number[]): readonly number[] {
  if (total <= GATHER) {
    const sorted = gatherWhere(stream, total, 0n, 64n).sort();
    return ranks.map((rank) => sorted[rank]!);
  }
  const known = new Map<number, number>();
  descend(
    stream,
    0n,
    64n,
    [...new Set(ranks)].sort((a, b) => a - b),
    0,
    total,
    known,
  );
  return ranks.map((rank) => known.get(rank)!);
}

/** Finds the ranks that fall among the values whose pattern begins with `prefix`; `shift` bits of it are open, `before` values lie below. */
function descend(
  stream: Stream,
  prefix: bigint,
  shift: bigint,
  ranks: readonly number[],
  before: number,
  candidates: number,
  known: Map<number, number>,
): void {
  if (shift === 0n) {
    for (const rank of ranks) known.set(rank, fromBits(prefix));
    return;
  }
  if (candidates <= GATHER) {
    const sorted = gatherWhere(stream, candidates, prefix, shift).sort();
    for (const rank of ranks) known.set(rank, sorted[rank - before]!);
    return;
  }
  const counts = countDigits(stream, prefix, shift);
  let below = before;
  let next = 0;
  for (let digit = 0; digit < counts.length && next < ranks.length; digit++) {
    const inside: number[] = [];
    while (next < ranks.length && ranks[next]! < below + counts[digit]!) inside.push(ranks[next++]!);
    const open = shift - 16n;
    if (inside.length > 0)
      descend(stream, prefix | (BigInt(digit) << open), open, inside, below, counts[digit]!, known);
    below += counts[digit]!;
  }
}

const value = new Float64Array(1);
const bits = new BigUint64Array(value.buffer);

function fromBits(pattern: bigint): number {
  bits[0] = pattern;
  return value[0]!;
}

/** The half-open range of values whose pattern begins with `prefix`; Infinity included in the last. */
function range(prefix: bigint, shift: bigint): readonly [number, number] {
  const end = prefix + (1n << shift);
  const beyond = end > 0x7ff0_0000_0000_0000n;
  return [fromBits(prefix), beyond ? NaN : fromBits(end)];
}

/** A NaN end means none: `!(v >= NaN)` holds for every v. */
function countDigits(stream: Stream, prefix: bigint, shift: bigint): Float64Array {
  const [low, high] = range(prefix, shift);
  const counts = new Float64Array(65536);
  const word = Number(shift) / 16 - 1;
  stream((values, count) => {
    const words = new Uint16Array(values.buffer, values.byteOffset, 4 * count);
    for (let i = 0; i < count; i++) {
      const v = values[i]!;
      if (v >= low && !(v >= high)) counts[words[4 * i + word]!]!++;
    }
  });
  return counts;
}

function gatherWhere(stream: Stream, candidates: number, prefix: bigint, shift: bigint): Float64Array {
  const [low, high] = range(prefix, shift);
  const gathered = new Float64Array(candidates);
  let next = 0;
  stream((values, count) => {
    for (let i = 0; i < count; i++) {
      const v = values[i]!;
      if (v >= low && !(v >= high)) gathered[next++] = v;
    }
  });
  return gathered;
}
