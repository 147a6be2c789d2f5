/** Folders in the ONNX backend layout: `model.onnx` beside `test_data_set_N/`, at any depth, without a suite file. */
import { readdir, realpath, stat } from 'node:fs/promises';
import type { Dirent } from 'node:fs';
import { basename, join, resolve, sep } from 'node:path';

import { targetFrom } from './targets.ts';
import type { CaseSpec, ModelSpec, Suite } from './types.ts';

/** Folders below this depth are not searched. */
const DEPTH_LIMIT = 8;
const DATA_SET = /^test_data_set_(\d+)$/;

interface Found {
  /** Path of the model relative to the searched folder, with `/`. */
  readonly model: string;
  readonly dataSets: readonly string[];
}

/**
 * The suite of all backend cases under a folder, or `null` where there are none. Nothing is opened, only listed.
 * Model names are relative paths; case names `test_x/test_data_set_0`, or the whole relative path where two would be equal.
 */
export async function loadBackendLayout(folder: string, goldens: string): Promise<Suite | null> {
  const found: Found[] = [];
  const seen = new Set([await realpath(folder).catch(() => folder)]);
  await search(folder, '', 0, found, seen);
  if (found.length === 0) return null;
  found.sort((a, b) => (a.model < b.model ? -1 : 1));
  const names = caseNames(found, basename(resolve(folder)));
  return {
    name: basename(resolve(folder)),
    description: 'Cases in the ONNX backend layout',
    folder: resolve(folder),
    file: null,
    goldens,
    models: found.map(({ model }) => modelSpec(folder, model)),
    sources: [],
    targets: [targetFrom('ort-node/cpu')],
    cases: found.flatMap(({ model, dataSets }) =>
      dataSets.map((dataSet) =>
        caseSpec(names.get(`${model}\0${dataSet}`)!, model, resolve(folder, model, '..', dataSet)),
      ),
    ),
    // The layout's own rule, onnx/backend/test/loader: rtol 1e-3, atol 1e-7; its operators also have empty outputs.
    tolerance: { profile: 'onnx-backend' },
    policy: { allowEmpty: true },
    dtypes: {},
    outputs: new Map(),
    timeout: null,
  };
}

async function search(
  root: string,
  path: string,
  depth: number,
  found: Found[],
  seen: Set<string>,
): Promise<void> {
  const here = join(root, path);
  const entries = await readdir(here, { withFileTypes: true }).catch((): Dirent[] => []);
  const folders: string[] = [];
  let model: string | null = null;
  const models: string[] = [];
  for (const entry of entries) {
    if (entry.name === 'model.onnx') model = entry.name;
    else if (entry.name.endsWith('.onnx')) models.push(entry.name);
    if (
      entry.isDirectory() ||
      (entry.isSymbolicLink() && (await isNewFolder(join(here, entry.name), seen)))
    ) {
      folders.push(entry.name);
    }
  }
  if (model === null && models.length === 1) model = models[0]!;
  const dataSets = folders.filter((name) => DATA_SET.test(name));
  if (model !== null && dataSets.length > 0) {
    dataSets.sort((a, b) => Number(DATA_SET.exec(a)![1]) - Number(DATA_SET.exec(b)![1]));
    found.push({ model: path === '' ? model : `${path}/${model}`, dataSets });
  }
  if (depth >= DEPTH_LIMIT) return;
  const deeper = folders.filter(
    (name) => !DATA_SET.test(name) && name !== 'node_modules' && !name.startsWith('.'),
  );
  await Promise.all(
    deeper.map((name) => search(root, path === '' ? name : `${path}/${name}`, depth + 1, found, seen)),
  );
}

/** Links are followed once each, and not to where the search comes by anyway: a loop of links ends, and no case counts twice. */
async function isNewFolder(path: string, seen: Set<string>): Promise<boolean> {
  try {
    const real = await realpath(path);
    if (!(await stat(real)).isDirectory()) return false;
    for (const known of seen) if (real === known || real.startsWith(known + sep)) return false;
    seen.add(real);
    return true;
  } catch {
    return false;
  }
}

function caseNames(found: readonly Found[], suite: string): ReadonlyMap<string, string> {
  const short = new Map<string, number>();
  const shortName = (folder: string, dataSet: string): string =>
    `${folder.split('/').at(-1) || suite}/${dataSet}`;
  const all = found.flatMap(({ model, dataSets }) => {
    const folder = model.includes('/') ? model.slice(0, model.lastIndexOf('/')) : '';
    return dataSets.map((dataSet) => ({ key: `${model}\0${dataSet}`, folder, dataSet }));
  });
  for (const { folder, dataSet } of all) {
    const name = shortName(folder, dataSet);
    short.set(name, (short.get(name) ?? 0) + 1);
  }
  return new Map(
    all.map(({ key, folder, dataSet }) => {
      const name = shortName(folder, dataSet);
      return [key, short.get(name) === 1 ? name : `${folder}/${dataSet}`.replace(/^\//, '')];
    }),
  );
}

function modelSpec(folder: string, model: string): ModelSpec {
  return {
    name: model,
    path: resolve(folder, model),
    policy: {},
    castInputs: {},
    renameOutputs: {},
    expectStatus: {},
  };
}

function caseSpec(name: string, model: string, dataSet: string): CaseSpec {
  return {
    name,
    inputs: new Map(),
    dataSet,
    reference: { kind: 'data-set' },
    policy: {},
    outputs: new Map(),
    models: [model],
    repeat: 'auto',
  };
}
