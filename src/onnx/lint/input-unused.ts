import type { LintRule } from './rule.ts';

/** Inputs that nothing reads. */
export const inputUnused: LintRule = {
  code: 'INPUT_UNUSED',
  title: 'An input is not used',
  why: 'Tracing took its example value for a constant, so that the output is blind to it. Export by scripting or torch.export, or feed it as a tensor, not as a Python number.',
  severity: 'warning',
  *find({ io, consumers, model }) {
    const outputs = new Set(model.graph.output.map(({ name }) => name));
    for (const { name } of io.inputs) {
      if (!consumers.has(name) && !outputs.has(name)) yield { name, detail: 'no node reads it' };
    }
  },
};
