import type { LintRule } from './rule.ts';

/** The batch is a number. */
export const batchFixed: LintRule = {
  code: 'BATCH_FIXED',
  title: 'The batch size is fixed',
  why: 'Only this batch size can be fed and checked; faults that show only in the second item of a batch stay hidden. Export with dynamic_axes (or dynamic_shapes), unless the size is meant.',
  severity: 'info',
  *find({ io }) {
    for (const { name, shape } of io.inputs) {
      const isFixed =
        shape !== null && shape.length > 1 && shape.every((length) => typeof length === 'number');
      if (isFixed) yield { name, detail: `its shape is [${shape.join(', ')}]` };
    }
  },
};
