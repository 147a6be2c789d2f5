import { isOnnxOp } from '../model.ts';
import type { NodeProto } from '../onnx_pb.gen.ts';
import { dtypeOfWeight, sampleRawWeight } from '../weights.ts';
import type { LintContext } from './context.ts';
import type { LintRule } from './rule.ts';

// Input positions of the activation and the weight.
const OPERANDS = new Map<string, readonly [number, number]>([
  ['Conv', [0, 1]],
  ['MatMul', [0, 1]],
  ['Gemm', [0, 1]],
  ['QLinearConv', [0, 3]],
  ['QLinearMatMul', [0, 3]],
  ['ConvInteger', [0, 1]],
  ['MatMulInteger', [0, 1]],
]);

/** With reduce_range, weights stay in seven bits: −64 … 64. */
const SEVEN_BITS = 64;
const SAMPLE_BYTES = 65_536;

/** Unsigned activations times full-range signed weights. */
export const quantSaturation: LintRule = {
  code: 'QUANT_SATURATION',
  title: 'Full-range int8 weights meet uint8 activations',
  why: 'On CPUs without VNNI two products are added in 16 bits and saturate: a few large outliers, different from host to host. Quantise with reduce_range=True, or with int8 activations.',
  severity: 'warning',
  *find(context) {
    for (const { node, name } of context.nodes) {
      const positions = OPERANDS.get(node.opType);
      if (positions === undefined) continue;
      const activation = quantised(node.input[positions[0]] ?? '', context);
      const weight = quantised(node.input[positions[1]] ?? '', context);
      if (context.dtypeOf(activation) !== 'uint8' || context.dtypeOf(weight) !== 'int8') continue;
      if (isFullRange(weight, context))
        yield { name, detail: `${node.opType} of uint8 with full-range int8 weights` };
    }
  },
};

/** The quantised value behind a DequantizeLinear, else the value itself. */
function quantised(value: string, { producers }: LintContext): string {
  const producer: NodeProto | undefined = producers.get(value);
  return producer !== undefined && isOnnxOp(producer, 'DequantizeLinear') ? (producer.input[0] ?? '') : value;
}

// The first 64 KB of a weight are enough to see its range.
function isFullRange(name: string, { initializers, model }: LintContext): boolean {
  const weight = initializers.get(name);
  if (weight === undefined || dtypeOfWeight(weight) !== 'int8') return false;
  const sample = sampleRawWeight(model, weight, SAMPLE_BYTES);
  return (
    new Int8Array(sample).some((value) => Math.abs(value) > SEVEN_BITS) ||
    weight.int32Data.some((value) => Math.abs(value) > SEVEN_BITS)
  );
}
