import type { LintRule } from './rule.ts';

/** Outputs that could be swapped unnoticed. */
export const outputsAlike: LintRule = {
  code: 'OUTPUTS_ALIKE',
  title: 'Outputs of the same type and shape',
  why: 'If the exporter orders or names them differently, nothing but their values tells. Give output_names, and compare by name.',
  severity: 'info',
  *find({ io }) {
    const first = new Map<string, string>();
    for (const { name, type, shape } of io.outputs) {
      if (shape === null) continue;
      const key = `${type}[${shape.join(',')}]`;
      const other = first.get(key);
      if (other === undefined) first.set(key, name);
      else yield { name, detail: `it looks like "${other}": ${type} [${shape.join(', ')}]` };
    }
  },
};
