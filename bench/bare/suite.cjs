/* What the sessions and runs of a folder of backend cases cost in Node alone: no reading of references, no comparison. */
const { existsSync, readdirSync, readFileSync } = require('node:fs');
const path = require('node:path');
const ort = require('onnxruntime-node');

async function main() {
  const root = process.argv[2];
  const { readTensorProto } = await import('../../dist/formats/index.js');
  let ran = 0;
  for (const name of readdirSync(root)) {
    const model = path.join(root, name, 'model.onnx');
    if (!existsSync(model)) continue;
    try {
      const session = await ort.InferenceSession.create(model, {
        intraOpNumThreads: 1,
        interOpNumThreads: 1,
        logSeverityLevel: 4,
      });
      for (const set of readdirSync(path.join(root, name)).filter((each) =>
        each.startsWith('test_data_set_'),
      )) {
        const feeds = {};
        session.inputNames.forEach((input, i) => {
          const { dtype, shape, data } = readTensorProto(
            readFileSync(path.join(root, name, set, `input_${i}.pb`)),
            input,
          ).tensor;
          feeds[input] = new ort.Tensor(dtype, data, shape);
        });
        await session.run(feeds);
        ran++;
      }
      await session.release();
    } catch {
      // What cannot be run costs what it costs up to there.
    }
  }
  console.log(ran);
}

void main();
