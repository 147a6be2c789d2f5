/** Takes the tensors of failed checks along, from the folders of runs into that of the run which joins them. */
import { constants } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Check, KeptTensors } from '../result/index.ts';

/** Folder of the run that kept them; a joined check shares the object with the check that it was taken from. */
export type KeptIn = ReadonlyMap<KeptTensors, string>;

export function keptIn(
  runs: readonly { readonly folder: string; readonly checks: readonly Check[] }[],
): KeptIn {
  return new Map(
    runs.flatMap(({ folder, checks }) =>
      checks.flatMap(({ tensors }) => (tensors === undefined ? [] : [[tensors, folder] as const])),
    ),
  );
}

/** The checks as they stand in the run in `folder`; a result that came without its files says so. */
export async function copyKept(
  checks: readonly Check[],
  from: KeptIn,
  folder: string,
): Promise<readonly Check[]> {
  const copied: Check[] = [];
  for (const check of checks) {
    const { tensors } = check;
    const source = tensors === undefined ? undefined : from.get(tensors);
    if (tensors === undefined || 'omitted' in tensors || source === undefined) {
      copied.push(check);
      continue;
    }
    const whole = await copyPair(tensors, source, folder);
    copied.push(whole ? check : { ...check, tensors: { omitted: 'unwritten', bytes: tensors.bytes } });
  }
  return copied;
}

async function copyPair(
  { expected, actual }: Extract<KeptTensors, { expected: string }>,
  source: string,
  folder: string,
): Promise<boolean> {
  try {
    for (const path of [expected, actual]) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await copyFile(join(source, path), join(folder, path), constants.COPYFILE_FICLONE);
    }
    return true;
  } catch {
    return false;
  }
}
