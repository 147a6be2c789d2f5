/**
 * Keeps the expected and the actual tensor of failed comparisons in the folder of a run, smallest first within a budget.
 * What is kept at the end does not depend on the order in which cases ended.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  isNpyDtype,
  isSafetensorsDtype,
  writeNpy,
  writeSafetensors,
  writeTensorsJson,
} from '../formats/index.ts';
import { KEPT_FOLDER, type Check, type KeptTensors } from '../result/index.ts';
import type { Tensor } from '../tensor/index.ts';

/** The two sides of one comparison. */
export interface Sides {
  readonly expected: Tensor;
  readonly actual: Tensor;
}

type Place = Pick<Check, 'suite' | 'model' | 'case' | 'target' | 'output'>;

export interface TensorKeeper {
  /** Writes them now, or says why not. Never throws. */
  keep(of: Place, sides: Sides): KeptTensors;
  /** The checks with what became of their tensors; files that no check names are removed. */
  settle(checks: readonly Check[]): readonly Check[];
}

/** Goes on with what an interrupted run has kept in `run`, the folder of the run. */
export function createTensorKeeper(run: string, budgetBytes: number): TensorKeeper {
  return new Keeper(join(run, KEPT_FOLDER), budgetBytes);
}

/** Name of the folder of one check: readable, and apart from every other by its hash. */
export function keptName({ suite, model, case: name, target, output }: Place): string {
  const place = [suite, model, name, target, output];
  const readable = [suite, name, target, output ?? '']
    .join('-')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-');
  const hash = createHash('sha256').update(JSON.stringify(place)).digest('hex').slice(0, 12);
  return `${readable.replaceAll(/^-|-$/g, '').slice(0, 60)}-${hash}`.replace(/^-/, '');
}

class Keeper implements TensorKeeper {
  readonly #folder: string;
  readonly #budget: number;
  /** Bytes of the tensors kept, by name of their folder. */
  readonly #kept = new Map<string, number>();

  constructor(folder: string, budget: number) {
    this.#folder = folder;
    this.#budget = budget;
    for (const name of namesIn(folder)) {
      const bytes = name.startsWith('.') ? null : bytesIn(join(folder, name));
      if (bytes === null) rmSync(join(folder, name), { recursive: true, force: true });
      else this.#kept.set(name, bytes);
    }
  }

  keep(of: Place, { expected, actual }: Sides): KeptTensors {
    const name = keptName(of);
    this.#remove(name);
    const least = leastBytes(expected) + leastBytes(actual);
    if (least > this.#budget) return { omitted: 'budget', bytes: least };
    let bytes = least;
    try {
      const files = { expected: encoded(expected), actual: encoded(actual) };
      bytes = files.expected.bytes.byteLength + files.actual.bytes.byteLength;
      if (!this.#makeRoom(name, bytes)) return { omitted: 'budget', bytes };
      const paths = this.#write(name, files);
      this.#kept.set(name, bytes);
      return { ...paths, bytes };
    } catch {
      // The verdict stands without them.
      return { omitted: 'unwritten', bytes };
    }
  }

  settle(checks: readonly Check[]): readonly Check[] {
    const named = new Set<string>();
    const settled = checks.map((check) => {
      const { tensors } = check;
      if (tensors === undefined || 'omitted' in tensors) return check;
      const name = tensors.expected.split('/')[1] ?? '';
      named.add(name);
      if (this.#kept.has(name)) return check;
      const omitted = this.#sum() + tensors.bytes > this.#budget ? 'budget' : 'unwritten';
      return { ...check, tensors: { omitted, bytes: tensors.bytes } as const };
    });
    for (const name of this.#kept.keys()) if (!named.has(name)) this.#remove(name);
    if (this.#kept.size === 0) removeEmpty(this.#folder);
    return settled;
  }

  /** False where the smaller ones leave no room for it; else the largest go until there is room. */
  #makeRoom(name: string, bytes: number): boolean {
    const larger = [...this.#kept].filter((one) => order(one, [name, bytes]) > 0).toSorted(order);
    let over = this.#sum() + bytes - this.#budget;
    if (over > larger.reduce((sum, [, size]) => sum + size, 0)) return false;
    while (over > 0) {
      const [largest, size] = larger.pop() ?? ['', over];
      this.#remove(largest);
      over -= size;
    }
    return true;
  }

  #sum(): number {
    return [...this.#kept.values()].reduce((sum, bytes) => sum + bytes, 0);
  }

  /** Both files appear at once, or none. Paths as they stand in the result. */
  #write(name: string, files: { readonly expected: Encoded; readonly actual: Encoded }) {
    const draft = join(this.#folder, `.${randomBytes(6).toString('hex')}.tmp`);
    const [expected, actual] = [`expected.${files.expected.extension}`, `actual.${files.actual.extension}`];
    try {
      mkdirSync(draft, { recursive: true });
      writeFileSync(join(draft, expected), files.expected.bytes);
      writeFileSync(join(draft, actual), files.actual.bytes);
      renameSync(draft, join(this.#folder, name));
    } catch (error) {
      rmSync(draft, { recursive: true, force: true });
      throw error;
    }
    return { expected: `${KEPT_FOLDER}/${name}/${expected}`, actual: `${KEPT_FOLDER}/${name}/${actual}` };
  }

  #remove(name: string): void {
    if (!this.#kept.delete(name)) return;
    rmSync(join(this.#folder, name), { recursive: true, force: true });
  }
}

/** By size; of the same size the name decides. */
function order([name, bytes]: readonly [string, number], [other, more]: readonly [string, number]): number {
  return bytes - more || (name < other ? -1 : 1);
}

/** What its file holds at least; only texts are longer there than told here. */
function leastBytes({ data }: Tensor): number {
  return Array.isArray(data) ? 0 : data.byteLength;
}

interface Encoded {
  readonly extension: 'npy' | 'safetensors' | 'json';
  readonly bytes: Uint8Array;
}

/** As NumPy reads it, where NumPy has the element type. */
function encoded(tensor: Tensor): Encoded {
  const named = new Map([['tensor', tensor]]);
  if (isNpyDtype(tensor.dtype)) return { extension: 'npy', bytes: writeNpy(tensor) };
  if (isSafetensorsDtype(tensor.dtype)) return { extension: 'safetensors', bytes: writeSafetensors(named) };
  return { extension: 'json', bytes: writeTensorsJson(named) };
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** `null` where it does not hold the two files of a check. */
function bytesIn(folder: string): number | null {
  const names = namesIn(folder);
  const whole = SIDES.every((side) => names.some((name) => name.startsWith(`${side}.`)));
  if (!whole || names.length !== SIDES.length) return null;
  return names.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}

const SIDES = ['expected', 'actual'] as const;

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // It was never made.
  }
}
