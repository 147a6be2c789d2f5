/* Sessions and runs, and nothing else. */
const { readFileSync } = require('node:fs');
const { deserialize } = require('node:v8');

const [runtime, first, file] = process.argv.slice(2);
const ort = require(runtime === 'cpu' ? 'onnxruntime-node' : 'onnxruntime-web');
if (runtime === 'wasm') ort.env.wasm.numThreads = 1;
const work =
  first === '--work' ? deserialize(readFileSync(file)) : [{ model: first, options: {}, cases: [] }];

async function main() {
  for (const { model, options, cases } of work) {
    const session = await ort.InferenceSession.create(runtime === 'cpu' ? model : readFileSync(model), {
      executionProviders: [runtime],
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      ...options,
    });
    for (const feeds of cases) {
      const given = Object.entries(feeds).map(([name, { dtype, dims, data }]) => [
        name,
        new ort.Tensor(dtype, data, dims),
      ]);
      await session.run(Object.fromEntries(given));
    }
    await session.release();
  }
  process.send('done');
}

void main();
