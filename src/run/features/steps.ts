/** The steps of a rollout: what each is fed, and how they hang together. */
import { RuntimeFailure } from '../../runtimes/types.ts';
import type { RolloutFeed, RolloutSpec } from '../../suite/types.ts';
import {
  castTensor,
  DTYPES,
  makeTensor,
  toFloat64Array,
  type NamedTensors,
  type Tensor,
} from '../../tensor/index.ts';
import type { Job } from '../../workers/types.ts';
import { featureReason } from './reason-texts.ts';
import { range, take } from './axes.ts';

type JobCase = Job['cases'][number];

/** One step as an executor takes it, without the id. */
export type StepRun = Pick<JobCase, 'inputs' | 'repeat'> & Required<Pick<JobCase, 'settled'>>;

export interface StepOptions {
  readonly repeat: number | 'auto';
  /** The inputs of the whole case. */
  readonly start: () => Promise<NamedTensors>;
  /** The outputs that a step feeds on, given the model's own of the step before; under the names of the reference. */
  readonly outputsBefore: (step: number, own: NamedTensors) => Promise<NamedTensors>;
}

/** The runs of all steps in their order: the inputs of each wait for the one before. */
export function stepRuns(rollout: RolloutSpec, options: StepOptions): readonly StepRun[] {
  const ended = Array.from({ length: rollout.steps }, () => later<NamedTensors | null>());
  return range(rollout.steps, 1).map((step) => ({
    repeat: options.repeat,
    settled: (outputs) => ended[step - 1]?.resolve(outputs),
    inputs: async () => {
      const start = await options.start();
      if (step === 1) return stepInputs(rollout, start, 1, null);
      const own = await ended[step - 2]!.promise;
      if (own === null) throw new RuntimeFailure('error', featureReason.stepBeforeFailed(step));
      return stepInputs(rollout, start, step, await options.outputsBefore(step, own));
    },
  }));
}

function later<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** What step `step` (from 1) is fed; @throws RuntimeFailure where an output or an entry is missing */
export function stepInputs(
  rollout: RolloutSpec,
  start: NamedTensors,
  step: number,
  before: NamedTensors | null,
): NamedTensors {
  const inputs = new Map(start);
  for (const [name, axis] of rollout.each) {
    inputs.set(
      name,
      entriesOf(name, start, axis, (length) => [length < step ? -1 : step - 1]),
    );
  }
  for (const [name, axis] of rollout.grow) {
    const rest = rollout.steps - step;
    inputs.set(
      name,
      entriesOf(name, start, axis, (length) => range(length - rest)),
    );
  }
  if (before === null) return inputs;
  for (const feed of rollout.feed) {
    const output = before.get(feed.output);
    if (output === undefined) {
      throw new RuntimeFailure('error', featureReason.feedMissing(step, feed.output, [...before.keys()]));
    }
    inputs.set(feed.input, fed(output, feed, start.get(feed.input)?.dtype ?? output.dtype, step));
  }
  return inputs;
}

function entriesOf(
  name: string,
  start: NamedTensors,
  axis: number,
  places: (length: number) => readonly number[],
): Tensor {
  const tensor = start.get(name);
  const length = tensor?.shape[axis];
  const wanted = length === undefined ? [] : places(length);
  if (tensor === undefined || wanted.length === 0 || wanted.includes(-1)) {
    throw new RuntimeFailure('error', featureReason.stepsTooShort(name, axis, length ?? 0));
  }
  return take(tensor, axis, wanted);
}

function fed(output: Tensor, feed: RolloutFeed, dtype: Tensor['dtype'], step: number): Tensor {
  try {
    return fedValue(output, feed, dtype, step);
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    throw new RuntimeFailure('error', featureReason.feedUncastable(step, feed.output, error.message));
  }
}

function fedValue(
  output: Tensor,
  { take: what, output: name }: RolloutFeed,
  dtype: Tensor['dtype'],
  step: number,
): Tensor {
  if (what === 'all') return cast(output, dtype);
  const sequence = output.shape.length >= (what === 'last' ? 2 : 3) ? output.shape[1]! : null;
  if (sequence === 0 || output.shape.length < 2) {
    throw new RuntimeFailure('error', featureReason.feedShape(step, name, output.shape, what));
  }
  const last = sequence === null ? output : take(output, 1, [sequence - 1]);
  return what === 'last' ? cast(last, dtype) : argmax(last, dtype);
}

/** Index of the largest score of the last axis, the first of equals, NaN never; one a batch row, as [batch, 1]. */
function argmax(scores: Tensor, dtype: Tensor['dtype']): Tensor {
  const rows = scores.shape[0]!;
  const values = toFloat64Array(scores);
  const width = rows === 0 ? 0 : values.length / rows;
  const best = Array.from({ length: rows }, (_, row) => {
    let at = 0;
    for (let i = 1; i < width; i++) {
      const [here, there] = [values[row * width + i]!, values[row * width + at]!];
      if (here > there || Number.isNaN(there)) at = i;
    }
    return BigInt(at);
  });
  return cast(makeTensor('int64', [rows, 1], BigInt64Array.from(best)), dtype);
}

function cast(tensor: Tensor, dtype: Tensor['dtype']): Tensor {
  if (tensor.dtype === dtype || DTYPES[tensor.dtype].kind === 'string') return tensor;
  return castTensor(tensor, dtype);
}
