import type { LintRule } from './rule.ts';

/** An IR version that the runtime refuses. */
export const irNew: LintRule = {
  code: 'IR_TOO_NEW',
  title: 'The IR version is newer than the runtime',
  why: 'The runtime refuses to load the model. Set model.ir_version to an older one and save it again (the content rarely needs the new one), or use a newer runtime.',
  severity: 'error',
  *find({ model, runtime }) {
    const version = Number(model.proto.irVersion);
    if (version > runtime.irVersion) {
      yield {
        name: 'ir_version',
        detail: `IR version ${version}; ${runtime.name} takes up to ${runtime.irVersion}`,
      };
    }
  },
};
