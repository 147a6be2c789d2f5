import { readTensors } from 'onnx-parity';
import { expect, test } from 'vitest';
import { preprocess } from '../src/preprocess.js';

// Written by export.py: an image and what the training code made of it.
const recorded = await readTensors(new URL('../fixtures/preprocess.npz', import.meta.url).pathname);

test('the image reaches the model as it did in training', () => {
  const { data } = recorded.get('image');

  expect(preprocess(data, 16, 16)).toMatchTensor(recorded.get('pixels'), { atol: 1e-6 });
});
