import { attributeOf } from '../model.ts';
import type { LintRule } from './rule.ts';

// Defaults of the operators; SkipLayerNormalization is onnxruntime's own.
const DEFAULTS = new Map([
  ['BatchNormalization', 1e-5],
  ['InstanceNormalization', 1e-5],
  ['LayerNormalization', 1e-5],
  ['GroupNormalization', 1e-5],
  ['RMSNormalization', 1e-5],
  ['SkipLayerNormalization', 1e-12],
]);

/** An epsilon that was chosen, and that fusions and converters have lost before. */
export const epsilon: LintRule = {
  code: 'EPSILON_NOT_DEFAULT',
  title: 'A normalisation has an epsilon of its own',
  why: 'Converters and fusions have replaced it by the default before; the result is a smooth error a little above the noise. Compare it with the framework (Keras uses 1e-3, PyTorch 1e-5, BERT 1e-12), and the runs at optimisation levels disabled and all.',
  severity: 'info',
  *find({ nodes }) {
    for (const { node, name } of nodes) {
      const normal = DEFAULTS.get(node.opType);
      const value = attributeOf(node, 'epsilon')?.f;
      if (normal === undefined || value === undefined || value === Math.fround(normal)) continue;
      yield {
        name,
        detail: `${node.opType} with epsilon ${Number(value.toPrecision(6))}, default ${normal}`,
      };
    }
  },
};
