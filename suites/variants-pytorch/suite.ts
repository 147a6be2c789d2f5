import { defineSuite } from 'onnx-parity';

/*
 * Made by `python export.py --train`: inverted residuals, 98.6 % right on 360 held-out digits, in four forms.
 * Every form is held against the goldens of the float32 PyTorch module.
 *
 * Noise measured with logits up to 19: exported and simplified L∞ ≤ 1.2e-5; float16 ≤ 1.1e-2; int8 ≤ 0.7.
 */

const CPU_AND_WASM = ['ort-node/cpu', 'ort-web/wasm'];

export default defineSuite({
  description:
    'One digit classifier as exported, simplified, in float16 and in int8, against the same goldens',
  models: {
    // Both are judged by the default limits, about 100 times their noise.
    exported: 'net.onnx',
    simplified: 'net-simplified.onnx',
    // Input and output are float16. An element may be off by some units of float16 at the size of the logits (2^-6 at 16).
    // Not on webgpu: an adapter without shader-f16 (SwiftShader is one) cannot load it.
    float16: {
      path: 'net-fp16.onnx',
      castInputs: { float32: 'float16' },
      widen: { float16: 'float32' },
      tolerance: { atol: 3e-2, rtol: 5e-3, mse: 2e-4 },
      targets: CPU_AND_WASM,
    },
    // Twice the noise of quantisation in each element and in the MSE, and the direction as a whole.
    int8: {
      path: 'net-int8.onnx',
      tolerance: { atol: 1.4, rtol: 0, mse: 0.12, cosine: 0.99 },
    },
  },
  sources: { torch: { kind: 'python', framework: 'pytorch', entry: 'export.py:build' } },
  targets: [
    'ort-node/cpu',
    'ort-web/wasm',
    // int8: QuantizeLinear runs on the CPU, which is a warning.
    { target: 'ort-node/webgpu', optional: true, fallback: 'warn' },
  ],
  inputs: { image: { dtype: 'float32', shape: [8, 1, 8, 8] } },
  cases: {
    // Real digits: one label of 32 may flip, and only a variant would use that.
    recorded: {
      inputs: { image: { file: 'inputs/held-out.npz', key: 'image' } },
      tolerance: { topK: { k: 1, min: 0.96 } },
    },
    uniform: { inputs: { image: { uniform: { low: 0, high: 1, seed: 1 } } } },
    normal: { inputs: { image: { normal: { mean: 0.5, std: 0.1, seed: 2 } } } },
    single: { inputs: { image: { uniform: { low: 0, high: 1, seed: 3 }, shape: [1, 1, 8, 8] } } },
    grey: { inputs: { image: { constant: 0.5 } } },
    zeros: { inputs: { image: { constant: 0 } } },
    // Beyond the calibrated range of int8, which saturates there, and at the edge of float16's precision.
    large: {
      inputs: { image: { normal: { mean: 0, std: 100, seed: 4 } } },
      models: ['exported', 'simplified'],
    },
    // int8 has no NaN, and webgpu loses it in Relu.
    nan: {
      inputs: { image: { constant: 'NaN', shape: [1, 1, 8, 8] } },
      models: ['exported', 'simplified', 'float16'],
      targets: CPU_AND_WASM,
    },
  },
});
