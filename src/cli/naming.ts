import type { NamedTensors } from '../tensor/index.ts';

/**
 * Tensors of a format that has no names take those of the model, in order: one npy file, or `arr_0`, `arr_1` …
 * as NumPy's `savez` names positional arrays. Real names are never changed.
 */
export function named(tensors: NamedTensors, names: readonly string[], path: string): NamedTensors {
  if (tensors.size !== names.length) return tensors;
  const given = [...tensors.keys()];
  const nameless =
    (path.endsWith('.npy') && given.length === 1) || given.every((name, at) => name === `arr_${at}`);
  if (!nameless || given.every((name) => names.includes(name))) return tensors;
  return new Map([...tensors.values()].map((tensor, at) => [names[at] ?? given[at] ?? '', tensor]));
}
