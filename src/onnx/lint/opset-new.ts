import type { LintRule } from './rule.ts';

/** Opsets that the runtime refuses. */
export const opsetNew: LintRule = {
  code: 'OPSET_TOO_NEW',
  title: 'The opset is newer than the runtime',
  why: 'The runtime refuses to load the model. Export with an older opset_version, or use a newer runtime.',
  severity: 'error',
  *find({ model, runtime }) {
    for (const { domain, version } of model.proto.opsetImport) {
      const newest = runtime.opsets[domain === '' ? 'ai.onnx' : domain];
      if (newest !== undefined && Number(version) > newest) {
        yield {
          name: domain || 'ai.onnx',
          detail: `opset ${version}; ${runtime.name} takes up to ${newest}`,
        };
      }
    }
  },
};
