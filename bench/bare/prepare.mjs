/** Writes what the bare programs read: models, feeds and expected values as the harness would make them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import { writeNpz } from '../../dist/formats/index.js';
import { planRun } from '../../dist/run/plan.js';
import { castInputs, loadSuites, resolveInputs } from '../../dist/suite/index.js';
import { ROOT } from '../paired.mjs';
import ort from 'onnxruntime-node';

/** The digits net with one batch of inputs, its output as the reference. */
export async function prepareCheck(folder) {
  const model = join(ROOT, 'suites/digits-pytorch/digits.onnx');
  const suite = await suiteNamed(ROOT, 'digits-pytorch');
  const inputs = await resolveInputs(
    suite.cases.find(({ name }) => name === 'normal'),
    suite,
  );
  const session = await ort.InferenceSession.create(model);
  const feeds = Object.fromEntries([...inputs].map(([name, tensor]) => [name, plain(tensor)]));
  const outputs = await session.run(
    Object.fromEntries(
      Object.entries(feeds).map(([name, { dtype, dims, data }]) => [name, new ort.Tensor(dtype, data, dims)]),
    ),
  );
  const expected = Object.fromEntries(
    Object.entries(outputs).map(([name, { type, dims, data }]) => [
      name,
      { dtype: type, dims: [...dims], data },
    ]),
  );
  const tensorsOf = (all) =>
    new Map(Object.entries(all).map(([name, { dtype, dims, data }]) => [name, { dtype, shape: dims, data }]));
  const paths = {
    model,
    inputs: join(folder, 'inputs.npz'),
    expected: join(folder, 'expected.npz'),
    raw: join(folder, 'check.v8'),
  };
  writeFileSync(paths.inputs, writeNpz(tensorsOf(feeds)));
  writeFileSync(paths.expected, writeNpz(tensorsOf(expected)));
  writeFileSync(paths.raw, serialize({ feeds, expected }));
  return paths;
}

/** All sessions and feeds of the suites of a project on one target. */
export async function prepareSuites(project, target, file) {
  const { suites } = await loadSuites(project, []);
  const work = [];
  for (const { suite, model, target: planned, cases } of planRun(suites)) {
    if (planned.name !== target) continue;
    const feeds = [];
    for (const { case: item } of cases) {
      const inputs = castInputs(await resolveInputs(item, suite), model);
      feeds.push(Object.fromEntries([...inputs].map(([name, tensor]) => [name, plain(tensor)])));
    }
    work.push({ model: model.path, options: {}, cases: feeds });
  }
  writeFileSync(file, serialize(work));
  return file;
}

async function suiteNamed(root, name) {
  const { suites } = await loadSuites(root, [name]);
  return suites[0];
}

function plain({ dtype, shape, data }) {
  return { dtype, dims: [...shape], data };
}
