/* The least that a check can be: one session, one run, a loop over the output. `node check.cjs MODEL WORK`. */
const { readFileSync } = require('node:fs');
const { deserialize } = require('node:v8');
const { InferenceSession, Tensor } = require('onnxruntime-node');

const [model, work] = process.argv.slice(2);
const { feeds, expected } = deserialize(readFileSync(work));

async function main() {
  const session = await InferenceSession.create(model, { intraOpNumThreads: 1, interOpNumThreads: 1 });
  const given = Object.entries(feeds).map(([name, { dtype, dims, data }]) => [
    name,
    new Tensor(dtype, data, dims),
  ]);
  const outputs = await session.run(Object.fromEntries(given));
  let worst = 0;
  let squares = 0;
  for (const [name, { data }] of Object.entries(expected)) {
    const actual = outputs[name].data;
    for (let i = 0; i < data.length; i++) {
      const d = Math.abs(actual[i] - data[i]);
      if (d > worst) worst = d;
      squares += d * d;
    }
  }
  console.log(worst, squares, worst <= 1e-4 ? 'pass' : 'fail');
}

void main();
