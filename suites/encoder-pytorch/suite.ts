import { defineSuite } from 'onnx-parity';

/*
 * Made by `python export.py`: two layers with four heads, seeded weights, erf GELU; batch and length are dynamic.
 *
 * Noise measured with outputs up to 5: L∞ ≤ 5.6e-6 on cpu and wasm, ≤ 5.8e-6 on webgpu (SwiftShader),
 * MSE ≤ 4e-13. GELU by tanh, a misplaced mask or another LayerNorm epsilon (1e-3) give 1e-3 and more.
 */

const ones = (shape: number[]) => ({ constant: 1, dtype: 'int64' as const, shape });
const ids = (seed: number, shape: number[]) => ({
  integers: { low: 0, high: 128, seed },
  dtype: 'int64' as const,
  shape,
});

export default defineSuite({
  description: 'Transformer encoder: int64 ids and attention mask, dynamic batch and length, two outputs',
  model: 'encoder.onnx',
  sources: { torch: { kind: 'python', framework: 'pytorch', entry: 'export.py:build' } },
  targets: [
    'ort-node/cpu',
    'ort-web/wasm',
    // ONNX Runtime leaves the integer shape nodes (Shape, Gather, Range, Cast) on the CPU on purpose: a warning.
    // GPUs may approximate exp and tanh: four times the room of the CPU.
    {
      target: 'ort-node/webgpu',
      optional: true,
      fallback: 'warn',
      tolerance: { atol: 2e-4, rtol: 2e-4, mse: 1e-9 },
    },
  ],
  // About ten times the noise of an element, 100 times that of the MSE.
  tolerance: { atol: 5e-5, rtol: 5e-5, mse: 5e-11 },
  cases: {
    // Three sentences as character codes, padded to the longest.
    recorded: {
      inputs: {
        input_ids: { file: 'inputs/sentences.safetensors', key: 'input_ids' },
        attention_mask: { file: 'inputs/sentences.safetensors', key: 'attention_mask' },
      },
    },
    batch: { inputs: { input_ids: ids(1, [4, 16]), attention_mask: ones([4, 16]) } },
    longest: { inputs: { input_ids: ids(2, [1, 64]), attention_mask: ones([1, 64]) } },
    'one-token': { inputs: { input_ids: ids(3, [1, 1]), attention_mask: ones([1, 1]) } },
    'mask-with-holes': {
      inputs: {
        input_ids: ids(4, [3, 24]),
        attention_mask: { integers: { low: 0, high: 2, seed: 5 }, dtype: 'int64', shape: [3, 24] },
      },
    },
    'padding-left': {
      inputs: {
        input_ids: ids(6, [2, 6]),
        attention_mask: { values: [0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 1], dtype: 'int64', shape: [2, 6] },
      },
    },
    // The mask is added as −1e9, so a row of padding alone attends evenly and stays finite.
    'padding-alone': {
      inputs: {
        input_ids: { constant: 0, dtype: 'int64', shape: [2, 8] },
        attention_mask: { constant: 0, dtype: 'int64', shape: [2, 8] },
      },
    },
    'last-id': {
      inputs: {
        input_ids: { constant: 127, dtype: 'int64', shape: [1, 12] },
        attention_mask: ones([1, 12]),
      },
    },
  },
});
