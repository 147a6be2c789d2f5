/** Tolerances that other tools and guides use, by name, as data. */
import type { Dtype } from '../../tensor/index.ts';
import type { Tolerance } from '../types.ts';
import { DEFAULT_FACTORS } from './default-factors.ts';

export interface Profile {
  readonly name: string;
  readonly title: string;
  readonly source: string;
  /** Relative to the output's scale (see default-factors), where the profile is of that kind. */
  readonly factors?: Readonly<Partial<Record<Dtype, number>>>;
  /** Absolute limits by expected dtype; `other` is for the floating dtypes not named. */
  readonly limits?: Readonly<Partial<Record<Dtype | 'other', Tolerance>>>;
}

export const PROFILES: readonly Profile[] = [
  {
    name: 'default',
    title: 'Scale-aware default',
    source:
      'onnx-parity: |d| ≤ f·(s + |expected|) with s the median of |expected|, and mse ≤ f²·mean(expected²)',
    factors: DEFAULT_FACTORS,
  },
  {
    name: 'conversion-guide',
    title: 'What the PyTorch and TensorFlow to ONNX conversion guides ask for',
    source: 'Conversion guides: largest error below 1e-4 beside MSE; the MSE limit is the square of it',
    limits: { other: { linf: 1e-4, mse: 1e-8 } },
  },
  {
    name: 'onnx-backend',
    title: 'ONNX backend test suite',
    source: 'onnx/backend/test/loader: rtol 1e-3, atol 1e-7',
    limits: { other: { atol: 1e-7, rtol: 1e-3 } },
  },
  {
    name: 'ort-op-tests',
    title: 'onnxruntime operator tests',
    source: 'onnxruntime/test/unittest_util/checkers.cc: default absolute and relative tolerance by dtype',
    limits: {
      float64: { atol: 1e-5, rtol: 1e-5 },
      float16: { atol: 2.5e-3, rtol: 1e-3 },
      bfloat16: { atol: 0.02, rtol: 0.01 },
      other: { atol: 1e-5, rtol: 1e-4 },
    },
  },
  {
    name: 'polygraphy',
    title: 'Polygraphy comparator defaults',
    source: 'NVIDIA/TensorRT tools/Polygraphy, CompareFunc.simple: rtol 1e-5, atol 1e-5, elementwise',
    limits: { other: { atol: 1e-5, rtol: 1e-5 } },
  },
  {
    name: 'optimum',
    title: 'Hugging Face Optimum export validation',
    source: "optimum.exporters.onnx: numpy.allclose with atol 1e-5 and NumPy's rtol 1e-5",
    limits: { other: { atol: 1e-5, rtol: 1e-5 } },
  },
  {
    name: 'webnn-ulp',
    title: 'WebNN conformance tests, ULP',
    source: 'web-platform-tests/wpt, webnn/resources/utils.js: ULP by operator and shape; needs `ulpFor`',
    limits: { other: {} },
  },
];

const BY_NAME = new Map(PROFILES.map((profile) => [profile.name, profile]));

export function profileNamed(name: string): Profile | undefined {
  return BY_NAME.get(name);
}
