import type { NamedTensors, Tensor } from '../tensor/index.ts';
import { elementCount } from '../tensor/index.ts';
import { compareTensors } from './compare-tensors.ts';
import { editDistance } from './expressions/names.ts';
import { reasons } from './reason-texts.ts';
import type { OutputPairing } from './types.ts';

type Entry = readonly [string, Tensor];
type Unpaired = OutputPairing['unpaired'][number];

/** Pairs outputs by exact name, or by position. What only one side has is returned with its reason; nothing is dropped. */
export function pairOutputs(
  expected: NamedTensors,
  actual: NamedTensors,
  by: 'name' | 'order',
): OutputPairing {
  return by === 'order' ? byOrder([...expected], [...actual]) : byName(expected, actual);
}

function byOrder(expected: readonly Entry[], actual: readonly Entry[]): OutputPairing {
  const both = Math.min(expected.length, actual.length);
  return {
    pairs: expected
      .slice(0, both)
      .map(([name, tensor], i) => ({ name, expected: tensor, actual: actual[i]![1] })),
    unpaired: [
      ...expected.slice(both).map((entry) => missing(entry, [])),
      ...actual.slice(both).map((entry) => extra(entry)),
    ],
  };
}

function byName(expected: NamedTensors, actual: NamedTensors): OutputPairing {
  const gone = [...expected].filter(([name]) => !actual.has(name));
  const added = [...actual].filter(([name]) => !expected.has(name));
  const renames = findRenames(gone, added);
  const newNames = new Map([...renames].map(([from, to]) => [to, from]));
  return {
    pairs: [...expected].flatMap(([name, tensor]) => {
      const other = actual.get(name);
      return other === undefined ? [] : [{ name, expected: tensor, actual: other }];
    }),
    unpaired: [
      ...gone.map((entry) => renamedOr(entry, 'expected', renames.get(entry[0])) ?? missing(entry, added)),
      ...added.map((entry) => renamedOr(entry, 'actual', newNames.get(entry[0])) ?? extra(entry)),
    ],
  };
}

/** Expected name → actual name, where dtype, shape and values agree; of several candidates the most similar name. */
function findRenames(gone: readonly Entry[], added: readonly Entry[]): ReadonlyMap<string, string> {
  const renames = new Map<string, string>();
  const taken = new Set<string>();
  for (const [name, tensor] of gone) {
    const candidates = added
      .filter(([other, candidate]) => !taken.has(other) && agree(tensor, candidate))
      .sort(([a], [b]) => editDistance(name, a) - editDistance(name, b));
    const chosen = candidates[0]?.[0];
    if (chosen === undefined) continue;
    taken.add(chosen);
    renames.set(name, chosen);
  }
  return renames;
}

function agree(expected: Tensor, actual: Tensor): boolean {
  if (elementCount(expected.shape) === 0) return false;
  const { verdict } = compareTensors({
    expected,
    actual,
    layers: [],
    policy: {},
    metrics: 'core',
    worst: 0,
    evidence: 'none',
  });
  return verdict === 'pass';
}

function renamedOr(
  [name, tensor]: Entry,
  side: Unpaired['side'],
  other: string | undefined,
): Unpaired | undefined {
  if (other === undefined) return undefined;
  const reason =
    side === 'expected' ? reasons.outputRenamed(name, other) : reasons.outputRenamed(other, name);
  return { name, side, tensor, reason };
}

function missing([name, tensor]: Entry, added: readonly Entry[]): Unpaired {
  const like = added
    .map(([other]) => other)
    .filter((other) => looksLike(name, other))
    .sort((a, b) => editDistance(name, a) - editDistance(name, b))[0];
  return { name, side: 'expected', tensor, reason: reasons.outputMissing(name, like) };
}

function extra([name, tensor]: Entry): Unpaired {
  return { name, side: 'actual', tensor, reason: reasons.outputExtra(name) };
}

/** Equal but for case, separators or up to a third of the letters. */
function looksLike(name: string, other: string): boolean {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  if (plain(name) !== '' && plain(name) === plain(other)) return true;
  return editDistance(name, other) <= Math.floor(Math.max(name.length, other.length) / 3);
}
