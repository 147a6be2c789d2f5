/** Relations between runs of one model: what else is fed, and what must then be equal. */
import type { ModelFacts } from '../../runtimes/admission.ts';
import type { Reason } from '../../result/index.ts';
import { RuntimeFailure } from '../../runtimes/types.ts';
import { streamOf } from '../../suite/random.ts';
import type { RelationSpec } from '../../suite/types.ts';
import { castTensor, tensorFromValues, type NamedTensors, type Tensor } from '../../tensor/index.ts';
import { featureReason } from './reason-texts.ts';
import { join, range, take } from './axes.ts';

/** The runs that a relation needs beside the plain one, and the two sides that it holds against each other. */
export interface Derived {
  readonly feeds: readonly {
    /** For a person: `row 2 alone`. */
    readonly what: string;
    readonly inputs: NamedTensors;
  }[];
  readonly relate: (plain: NamedTensors, derived: readonly NamedTensors[]) => Sides;
  /** What a reader must know of this relation on these inputs. */
  readonly reasons: readonly Reason[];
}

export interface Sides {
  readonly expected: NamedTensors;
  readonly actual: NamedTensors;
}

/** @throws RuntimeFailure for inputs to which the relation cannot be applied */
export function derive(relation: RelationSpec, inputs: NamedTensors, facts: ModelFacts | null): Derived {
  switch (relation.kind) {
    case 'batchInvariance':
      return rowByRow(batchOf(relation.kind, relation.inputs, inputs, facts), inputs);
    case 'batchPermutation':
      return permuted(batchOf(relation.kind, relation.inputs, inputs, facts), relation.seed, inputs, facts);
    case 'padding':
      return padded(relation, inputs);
  }
}

interface Batch {
  readonly rows: number;
  /** The axis of the batch, by input. */
  readonly axes: ReadonlyMap<string, number>;
  /** What the model calls the dimension. */
  readonly symbol: string | null;
}

/** Which inputs carry the batch: those that are named, else all with the model's first open dimension, else all. */
function batchOf(
  relation: string,
  named: readonly string[] | undefined,
  inputs: NamedTensors,
  facts: ModelFacts | null,
): Batch {
  const declared = (facts?.inputs ?? []).filter(({ name }) => inputs.has(name));
  const open = declared.map(({ shape }) => shape?.[0]).find((length) => typeof length === 'string');
  const symbol = typeof open === 'string' ? open : null;
  const axes = new Map<string, number>();
  for (const [name, { shape }] of inputs) {
    const dims = declared.find((value) => value.name === name)?.shape ?? null;
    const axis = symbol === null || dims === null ? 0 : dims.indexOf(symbol);
    const carries = named === undefined ? axis >= 0 : named.includes(name);
    if (carries && shape.length > 0) axes.set(name, Math.max(axis, 0));
  }
  const lengths = [...axes].map(([name, axis]) => inputs.get(name)?.shape[axis] ?? 0);
  const rows = lengths[0] ?? 0;
  if (rows === 0 || lengths.some((length) => length !== rows)) {
    const found = [...axes].map(([name, axis]) => `${name}: ${inputs.get(name)?.shape[axis] ?? 0}`);
    throw new RuntimeFailure('error', featureReason.noBatch(relation, found));
  }
  return { rows, axes, symbol };
}

/** The inputs with the rows at these places. */
function rowsOf(inputs: NamedTensors, { axes }: Batch, places: readonly number[]): NamedTensors {
  return new Map(
    [...inputs].map(([name, tensor]) => {
      const axis = axes.get(name);
      return [name, axis === undefined ? tensor : take(tensor, axis, places)];
    }),
  );
}

function rowByRow(batch: Batch, inputs: NamedTensors): Derived {
  if (batch.rows === 1) return doubled(batch, inputs);
  return {
    feeds: range(batch.rows).map((row) => ({
      what: `row ${row} alone`,
      inputs: rowsOf(inputs, batch, [row]),
    })),
    relate: (plain, alone) => ({
      expected: new Map(
        [...plain].map(([name, whole]) => [
          name,
          joined(
            whole,
            alone.map((one) => one.get(name)),
          ),
        ]),
      ),
      actual: plain,
    }),
    reasons: [],
  };
}

/** A batch of one is held against the same row twice. */
function doubled(batch: Batch, inputs: NamedTensors): Derived {
  return {
    feeds: [{ what: 'the row twice', inputs: rowsOf(inputs, batch, [0, 0]) }],
    relate: (plain, [both]) => ({
      expected: new Map([...plain].map(([name, one]) => [name, joined(both?.get(name) ?? one, [one, one])])),
      actual: both ?? new Map(),
    }),
    reasons: [],
  };
}

/** The rows' outputs as one batch, along the axis on which they add up to the whole; an output without such an axis is the first row's. */
function joined(whole: Tensor, rows: readonly (Tensor | undefined)[]): Tensor {
  const parts = rows.filter((row) => row !== undefined);
  const [first] = parts;
  if (first === undefined || parts.length < rows.length) return whole;
  const axis = first.shape.findIndex((length, at) => length !== whole.shape[at]);
  const fits = parts.every(
    ({ shape, dtype }) =>
      dtype === first.dtype &&
      shape.length === whole.shape.length &&
      shape.every((length, at) => at === axis || length === first.shape[at]),
  );
  return axis < 0 || !fits ? first : join(parts, axis);
}

function permuted(batch: Batch, seed: number, inputs: NamedTensors, facts: ModelFacts | null): Derived {
  const order = orderOf(batch.rows, seed);
  const axisOf = (name: string, { shape }: Tensor): number => {
    const dims = facts?.outputs.find((output) => output.name === name)?.shape;
    const axis = batch.symbol === null ? -1 : (dims?.indexOf(batch.symbol) ?? -1);
    if (axis >= 0) return shape[axis] === batch.rows ? axis : -1;
    return shape[0] === batch.rows ? 0 : -1;
  };
  return {
    feeds: [{ what: `rows in the order ${order.join(', ')}`, inputs: rowsOf(inputs, batch, order) }],
    relate: (plain, [other]) => ({
      expected: new Map(
        [...plain].map(([name, tensor]) => {
          const axis = axisOf(name, tensor);
          return [name, axis < 0 ? tensor : take(tensor, axis, order)];
        }),
      ),
      actual: other ?? new Map(),
    }),
    reasons: batch.rows === 1 ? [featureReason.oneOrder()] : [],
  };
}

/** One cycle through all rows (Sattolo, "An algorithm to generate a random cyclic permutation", 1986): no row stays where it was. */
export function orderOf(rows: number, seed: number): readonly number[] {
  const draw = streamOf(seed, 'batchPermutation');
  const order = [...range(rows)];
  for (let last = rows - 1; last > 0; last--) {
    const other = draw() % last;
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}

type Padding = Extract<RelationSpec, { kind: 'padding' }>;

function padded({ inputs: fills, mask, axis, to }: Padding, inputs: NamedTensors): Derived {
  const tails = new Map([...fills, ...(mask === undefined ? [] : [[mask, 0] as const])]);
  const lengths = [...tails.keys()].map((name) => inputs.get(name)?.shape[axis]);
  const [length] = lengths;
  if (length === undefined || lengths.some((other) => other !== length) || length >= to) {
    const found = [...tails.keys()].map((name, at) => `${name}: ${lengths[at] ?? 'no such axis'}`);
    throw new RuntimeFailure('error', featureReason.noPadding(axis, to, found));
  }
  const longer = new Map(
    [...inputs].map(([name, tensor]) => {
      const value = tails.get(name);
      return [name, value === undefined ? tensor : extended(tensor, axis, to, value)];
    }),
  );
  return {
    feeds: [{ what: `the case padded to ${to}`, inputs: longer }],
    relate: (plain, [other]) => ({
      expected: plain,
      actual: new Map(
        [...(other ?? [])].map(([name, tensor]) => [name, cut(tensor, plain.get(name), length, to)]),
      ),
    }),
    reasons: [],
  };
}

function extended(tensor: Tensor, axis: number, to: number, value: number): Tensor {
  const shape = tensor.shape.with(axis, to - tensor.shape[axis]!);
  const count = shape.reduce((product, length) => product * length, 1);
  const values = Array.from<number>({ length: count }).fill(value);
  const tail = castTensor(tensorFromValues('float64', shape, values), tensor.dtype);
  return join([tensor, tail], axis);
}

/** Without the tail, on every axis that grew with it. */
function cut(tensor: Tensor, plain: Tensor | undefined, length: number, to: number): Tensor {
  let result = tensor;
  for (const [axis, long] of tensor.shape.entries()) {
    if (long === to && plain?.shape[axis] === length) result = take(result, axis, range(length));
  }
  return result;
}
