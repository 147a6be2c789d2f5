import { fileURLToPath } from 'node:url';
import type { TargetSpec } from '../../src/suite/types.ts';
import type { NamedTensors, Tensor } from '../../src/tensor/index.ts';
import type { Execution, Executor, Job } from '../../src/workers/types.ts';

export function healthy(name: string): string {
  return fileURLToPath(new URL(`../fixtures/models/${name}.onnx`, import.meta.url));
}

export function hostile(name: string): string {
  return fileURLToPath(new URL(`../fixtures/hostile/${name}.onnx`, import.meta.url));
}

export function createTarget(overrides: Partial<TargetSpec> = {}): TargetSpec {
  const { runtime = 'ort-node', provider = 'cpu' } = overrides;
  return {
    name: `${runtime}/${provider}`,
    runtime,
    provider,
    options: {},
    optional: false,
    fallback: 'warn',
    ...overrides,
  };
}

export const WASM = createTarget({ runtime: 'ort-web', provider: 'wasm' });

export function float32(shape: readonly number[], ...values: number[]): Tensor {
  return { dtype: 'float32', shape, data: Float32Array.from(values) };
}

export function int64(shape: readonly number[], ...values: bigint[]): Tensor {
  return { dtype: 'int64', shape, data: BigInt64Array.from(values) };
}

/** What most hostile models take. */
export const X: NamedTensors = new Map([['x', float32([2, 2], 1, -2, 3, 4)]]);

/** A job of cases named 1, 2, … with these inputs. */
export function createJob(
  modelPath: string,
  inputs: readonly NamedTensors[],
  overrides: Partial<Job> = {},
): Job {
  return {
    target: createTarget(),
    modelPath,
    timeoutMs: 20_000,
    cases: inputs.map((given, i) => ({ id: String(i + 1), inputs: () => Promise.resolve(given), repeat: 1 })),
    ...overrides,
  };
}

/** Runs a job and gives the executions in the order in which they were told. */
export async function runAll(
  executor: Executor,
  job: Job,
  signal = new AbortController().signal,
): Promise<readonly (readonly [string, Execution])[]> {
  const told: [string, Execution][] = [];
  await executor.execute(job, (id, execution) => told.push([id, execution]), signal);
  return told;
}

/** `ok`, or status and first code. */
export function ending(execution: Execution | undefined): string {
  if (execution === undefined) return 'no execution';
  return execution.status === 'ok'
    ? 'ok'
    : `${execution.status} ${execution.reasons[0]?.code ?? 'without reason'}`;
}
