import type { SourceSpec, TargetSpec } from '../suite/types.ts';
import type { Execution } from '../workers/types.ts';
import type { PlannedCase } from './plan.ts';
import type { References } from './reference.ts';

/** A live source held against the golden is judged like a target: it shows drift of the framework itself. */
export function sourceTarget(source: SourceSpec): TargetSpec {
  return {
    name: `source/${source.name}`,
    runtime: 'source',
    provider: source.name,
    options: {},
    optional: false,
    fallback: 'allow',
  };
}

/** What the live source gave for this case, in the form in which a runtime's answer is judged. */
export async function sourceExecution(planned: PlannedCase, references: References): Promise<Execution> {
  const run = await references.live(planned.case, planned.target.provider);
  if (run.status !== 'ok') return { ...run, declared: null, placement: null };
  return {
    status: 'ok',
    outputs: run.outputs,
    declared: [],
    loadMs: 0,
    runMs: [run.runMs],
    unstable: [],
    placement: {
      requested: planned.target.provider,
      proof: 'only-provider',
      nodes: {},
      fallbacks: [],
    },
  };
}
