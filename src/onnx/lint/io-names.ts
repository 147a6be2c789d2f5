import type { LintRule } from './rule.ts';

const GENERIC =
  /^(\d+|onnx::.*|.*:\d+|(input|output|arg|args|x|y|identity|tensor|value|val|getitem|keras_tensor|serving_default)[._]?\d+)$/i;

/** Names that say nothing, or that an exporter will number differently next time. */
export const ioNames: LintRule = {
  code: 'IO_NAMES_GENERIC',
  title: 'Inputs or outputs have generated names',
  why: 'Generated names change with the next export or exporter version, and outputs are then matched wrongly or not at all. Pass input_names and output_names to the exporter.',
  severity: 'info',
  *find({ io }) {
    const seen = new Set<string>();
    for (const { name } of [...io.inputs, ...io.outputs]) {
      if (name === '') yield { name, detail: 'it has no name' };
      else if (seen.has(name)) yield { name, detail: 'it names two values' };
      else if (GENERIC.test(name)) yield { name, detail: 'the name is generated' };
      seen.add(name);
    }
  },
};
