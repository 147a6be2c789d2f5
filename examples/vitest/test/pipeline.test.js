import { readTensors } from 'onnx-parity';
import * as ort from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { preprocess } from '../src/preprocess.js';

const recorded = await readTensors(new URL('../fixtures/preprocess.npz', import.meta.url).pathname);
const model = new URL('../suites/thumbnail/thumbnail.onnx', import.meta.url).pathname;

test('image to probabilities, as PyTorch computed them', async () => {
  const session = await ort.InferenceSession.create(model);
  const { shape, data } = preprocess(recorded.get('image').data, 16, 16);

  const { probabilities } = await session.run({ pixels: new ort.Tensor('float32', data, shape) });

  expect(probabilities).toMatchTensor(recorded.get('probabilities'), { topK: { k: 3 } });
});
