import { isOnnxOp } from '../model.ts';
import type { LintContext } from './context.ts';
import type { NodeProto } from '../onnx_pb.gen.ts';
import type { LintRule } from './rule.ts';

const RANKINGS = ['TopK', 'NonMaxSuppression', 'ArgMax', 'ArgMin', 'Unique', 'NonZero'];
const CARRIERS = [
  'Identity',
  'Cast',
  'Squeeze',
  'Unsqueeze',
  'Reshape',
  'Flatten',
  'Slice',
  'Gather',
  'GatherND',
  'Concat',
  'Transpose',
];
const MAX_STEPS = 12;

/** Outputs whose order hangs on ties. */
export const rankingOutput: LintRule = {
  code: 'RANKING_OUTPUT',
  title: 'An output is a ranking or a set',
  why: 'Where scores tie or nearly tie, runtimes order entries differently, and a comparison by position reports huge errors. Declare the output as a ranking or set in the suite, with the output that holds its scores.',
  severity: 'info',
  *find(context) {
    for (const { name } of context.io.outputs) {
      const source = rankingBehind(name, context);
      if (source !== undefined) yield { name, detail: `it comes from ${source.opType}` };
    }
  },
};

function rankingBehind(output: string, { producers }: LintContext): NodeProto | undefined {
  const open = [output];
  for (let step = 0; step < MAX_STEPS && open.length > 0; step++) {
    const producer = producers.get(open.shift()!);
    if (producer === undefined) continue;
    if (isOnnxOp(producer, ...RANKINGS)) return producer;
    if (isOnnxOp(producer, ...CARRIERS)) open.push(...producer.input);
  }
  return undefined;
}
