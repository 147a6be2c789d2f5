/** The names of a rollout's steps: of its checks, and of the outputs of all steps in one reference. */
import type { NamedTensors } from '../tensor/index.ts';
import type { RolloutSpec } from './types.ts';

const STEP = /^(.*)\[step=(\d+)\]$/s;

/** `decode[step=7]`, `logits[step=7]`; steps count from 1. */
export function stepName(name: string, step: number): string {
  return `${name}[step=${step}]`;
}

/** The inverse of {@link stepName}; `null` for a name that is none of a step. */
export function parseStepName(name: string): { readonly name: string; readonly step: number } | null {
  const found = STEP.exec(name);
  return found === null ? null : { name: found[1] ?? '', step: Number(found[2]) };
}

/** What the outputs of one step are called where all steps are together. */
export function withStepNames(outputs: NamedTensors, step: number): NamedTensors {
  return new Map([...outputs].map(([name, tensor]) => [stepName(name, step), tensor]));
}

/** The names that a reference of this case holds, from those that the model gives. */
export function referenceNames(
  outputs: readonly string[],
  rollout: RolloutSpec | undefined,
): readonly string[] {
  if (rollout === undefined) return outputs;
  return Array.from({ length: rollout.steps }, (_, at) =>
    outputs.map((name) => stepName(name, at + 1)),
  ).flat();
}

/** A rollout as a source in another language takes it: maps as plain objects. */
export function plainRollout(rollout: RolloutSpec): Readonly<Record<string, unknown>> {
  return {
    ...rollout,
    each: [...rollout.each],
    grow: [...rollout.grow],
  };
}
