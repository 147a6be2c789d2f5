/** How far a source agrees with itself: over repeated runs and thread counts, and with its own float64 run. */
import type { Metrics } from '../result/index.ts';
import { fromWire } from '../result/index.ts';
import type { SourceSpec } from '../suite/types.ts';
import { castTensor } from '../tensor/index.ts';
import type { NamedTensors, Tensor } from '../tensor/index.ts';
import { hashTensor } from './golden/blob.ts';
import { differenceOf } from './golden/difference.ts';
import type { OutputDifference, Provenance } from './golden/provenance.ts';
import type { LiveSource, LiveSourceOptions, SourceCase, SourceRun } from './types.ts';

/** By case. */
export interface SourceMeasures {
  readonly spread: ReadonlyMap<string, Provenance['spread']>;
  readonly truth: ReadonlyMap<string, Provenance['truth']>;
}

type Cases = readonly SourceCase[];
type Runs = ReadonlyMap<string, SourceRun>;

/** Runs the source again, in turn with other thread counts, and keeps the largest distance from the first run. */
export async function measureSpread(
  live: LiveSource,
  source: SourceSpec,
  cases: Cases,
  first: Runs,
  options: Pick<LiveSourceOptions, 'timeoutMs' | 'signal' | 'outputNames'> & { readonly repeat?: number },
): Promise<ReadonlyMap<string, Provenance['spread']>> {
  const { repeat = 1, ...rest } = options;
  const threads = threadCounts(source.threads ?? 1, repeat);
  const spreads = new Map<string, NonNullable<Provenance['spread']>>();
  for (const count of threads.slice(1)) {
    const runs = await live.run({ ...source, threads: count }, cases, liveOptions(rest));
    for (const { id } of cases) {
      const differences = differencesOf(outputsOf(first, id), outputsOf(runs, id));
      const before = spreads.get(id);
      spreads.set(id, {
        runs: repeat,
        threads,
        identical: (before?.identical ?? true) && differences.every(isIdentical),
        outputs: differences.map((difference, index) => larger(difference, before?.outputs[index])),
      });
    }
  }
  return spreads;
}

/** The distance of each recorded output from the same source in float64, both seen as float64. */
export async function measureTruth(
  live: LiveSource,
  source: SourceSpec,
  cases: Cases,
  first: Runs,
  options: Pick<LiveSourceOptions, 'timeoutMs' | 'signal' | 'outputNames'>,
): Promise<ReadonlyMap<string, Provenance['truth']>> {
  const runs = await live.run({ ...source, dtype: 'float64' }, cases, liveOptions(options));
  const found = cases.map(({ id }): [string, Provenance['truth']] => {
    const truth = outputsOf(runs, id);
    const recorded = new Map([...outputsOf(first, id)].map(([name, tensor]) => [name, widened(tensor)]));
    return [id, truth.size === 0 ? undefined : { dtype: 'float64', outputs: differencesOf(truth, recorded) }];
  });
  return new Map(found);
}

/** 1, 2, 1, 4, 1, 8 … times the source's own count: what repeats differ by is either chance or threads. */
function threadCounts(own: number, repeat: number): number[] {
  return Array.from({ length: repeat }, (_, run) =>
    run % 2 === 0 ? own : own * Math.min(8, 2 ** ((run + 1) / 2)),
  );
}

function liveOptions(
  options: Pick<LiveSourceOptions, 'timeoutMs' | 'signal' | 'outputNames'>,
): LiveSourceOptions {
  const { timeoutMs, signal, outputNames } = options;
  return { timeoutMs, signal, ...(outputNames === undefined ? {} : { outputNames }) };
}

function outputsOf(runs: Runs, id: string): NamedTensors {
  const run = runs.get(id);
  return run?.status === 'ok' ? run.outputs : new Map();
}

// An output that a repeat lacks, or that changed its shape, is infinitely far away.
function differencesOf(expected: NamedTensors, actual: NamedTensors): OutputDifference[] {
  return [...expected].map(([output, tensor]) => {
    const other = actual.get(output);
    if (other === undefined) return { output, linf: 'Infinity' };
    if (hashTensor(tensor) === hashTensor(other)) return { output, linf: 0, mse: 0, maxUlp: 0 };
    const { linf, mse, maxUlp } = differenceOf(tensor, other) ?? INCOMPARABLE;
    return {
      output,
      ...(linf === undefined ? {} : { linf }),
      ...(mse === undefined ? {} : { mse }),
      ...(maxUlp === undefined ? {} : { maxUlp }),
    };
  });
}

const INCOMPARABLE: Metrics = { linf: 'Infinity' };

function isIdentical(difference: OutputDifference): boolean {
  return difference.linf === 0 && difference.maxUlp === 0;
}

function larger(now: OutputDifference, before: OutputDifference | undefined): OutputDifference {
  if (before === undefined) return now;
  const result: OutputDifference = { output: now.output };
  for (const metric of ['linf', 'mse', 'maxUlp'] as const) {
    const [left, right] = [now[metric], before[metric]];
    const value =
      left === undefined || (right !== undefined && fromWire(right) > fromWire(left)) ? right : left;
    if (value !== undefined) result[metric] = value;
  }
  return result;
}

function widened(tensor: Tensor): Tensor {
  const narrow = tensor.dtype === 'float32' || tensor.dtype === 'float16' || tensor.dtype === 'bfloat16';
  return narrow ? castTensor(tensor, 'float64') : tensor;
}
