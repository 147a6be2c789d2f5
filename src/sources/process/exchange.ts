/** The files that pass between a source process and the tool: one request, and tensors as safetensors a case. */
import { mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NamedTensors, Tensor } from '../../tensor/index.ts';
import { decodeSafetensors, encodeSafetensors, hasToken, isNumeric } from '../safetensors.ts';
import type { NumericTensor } from '../safetensors.ts';

/** Where the files of one case lie. */
export interface CaseFiles {
  readonly inputs: string;
  readonly outputs: string;
  readonly intermediates: string;
}

export interface Exchange {
  readonly folder: string;
  readonly request: string;
  filesOf(index: number): CaseFiles;
  close(): Promise<void>;
}

export async function openExchange(): Promise<Exchange> {
  const folder = await mkdtemp(join(tmpdir(), 'onnx-parity-source-'));
  for (const part of ['inputs', 'outputs', 'intermediates']) await mkdir(join(folder, part));
  return {
    folder,
    request: join(folder, 'request.json'),
    filesOf: (index) => ({
      inputs: join(folder, 'inputs', `${index}.safetensors`),
      outputs: join(folder, 'outputs', `${index}.safetensors`),
      intermediates: join(folder, 'intermediates', `${index}.safetensors`),
    }),
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Names of inputs whose dtype the files of the exchange cannot carry. */
export function uncarried(tensors: NamedTensors): readonly string[] {
  return [...tensors].filter(([, { dtype }]) => dtype !== 'string' && !hasToken(dtype)).map(([name]) => name);
}

/** Numeric tensors go to `path`, strings to `path` + `.strings.json`. */
export async function writeTensorFile(path: string, tensors: NamedTensors): Promise<void> {
  const numeric = new Map<string, NumericTensor>();
  const strings: string[] = [];
  for (const [name, tensor] of tensors) {
    if (isNumeric(tensor)) numeric.set(name, tensor);
    else
      strings.push(`${JSON.stringify(name)}:${JSON.stringify({ shape: tensor.shape, values: tensor.data })}`);
  }
  const file = await open(path, 'w');
  try {
    for (const chunk of encodeSafetensors(numeric)) await file.writeFile(chunk);
  } finally {
    await file.close();
  }
  if (strings.length > 0) await writeFile(`${path}.strings.json`, `{${strings.join(',')}}`);
}

/** The inverse of {@link writeTensorFile}, in the order of `names`. */
export async function readTensorFile(path: string, names?: readonly string[]): Promise<NamedTensors> {
  const found = new Map<string, Tensor>(decodeSafetensors(await readFile(path), path));
  const strings = await readFile(`${path}.strings.json`, 'utf8').catch(() => '{}');
  for (const [name, entry] of Object.entries(JSON.parse(strings) as Record<string, StringEntry>)) {
    found.set(name, { dtype: 'string', shape: entry.shape, data: [...entry.values] });
  }
  const ordered = (names ?? [...found.keys()]).flatMap((name): [string, Tensor][] => {
    const tensor = found.get(name);
    return tensor === undefined ? [] : [[name, tensor]];
  });
  return new Map(ordered);
}

interface StringEntry {
  readonly shape: readonly number[];
  readonly values: readonly string[];
}
