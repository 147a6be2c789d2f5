/** Data sets of the ONNX backend layout: `input_K.pb` and `output_K.pb`, in the order of the model. */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

import { suiteError } from '../errors/catalogue/suite.ts';
import { readTensorFile } from '../formats/index.ts';
import type { Tensor } from '../tensor/index.ts';

/**
 * The tensors of one side, named after the model's inputs or outputs. Where there are fewer files than names, names in the files
 * that are the model's decide; without `names` they decide always.
 * @throws ParityError DATA_SET_UNREADABLE, or what reading a tensor file throws.
 */
export function readDataSet(
  folder: string,
  side: 'input' | 'output',
  names: readonly string[] | null,
): Map<string, Tensor> {
  const files = filesOf(folder, side);
  if (names !== null && files.length > names.length) {
    const problem = `holds ${files.length} ${side}s, but the model has ${names.length}`;
    throw suiteError('DATA_SET_UNREADABLE', { folder, problem });
  }
  const read = files.map((file) => [...readTensorFile(join(folder, file))][0]!);
  const own = new Set(read.map(([name]) => name));
  const known =
    names === null || (read.length < names.length && [...own].every((name) => names.includes(name)));
  const tensors = new Map(
    read.map(([name, tensor], index) => [known ? name : (names[index] ?? name), tensor]),
  );
  if (tensors.size === files.length) return tensors;
  throw suiteError('DATA_SET_UNREADABLE', { folder, problem: `two ${side}s have the same name` });
}

function filesOf(folder: string, side: 'input' | 'output'): readonly string[] {
  const form = new RegExp(String.raw`^${side}_(\d+)\.pb$`);
  let listed: readonly string[];
  try {
    listed = readdirSync(folder);
  } catch (error) {
    throw suiteError('DATA_SET_UNREADABLE', { folder, problem: 'cannot be opened' }, error);
  }
  const byNumber = new Map<number, string>();
  for (const file of listed) {
    const number = form.exec(file)?.[1];
    if (number !== undefined) byNumber.set(Number(number), file);
  }
  return Array.from({ length: byNumber.size }, (_, index) => {
    const file = byNumber.get(index);
    if (file !== undefined) return file;
    throw suiteError('DATA_SET_UNREADABLE', {
      folder,
      problem: `${side}_${index}.pb is missing in ${basename(folder)}`,
    });
  });
}
