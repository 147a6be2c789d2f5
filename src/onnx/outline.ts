/** What feeding and loading a model needs to know, read without the protobuf library: a few percent of its cost. */
import { openFileSource, type ByteSource } from '../formats/byte-source.ts';
import { readVarint64, WireProblem } from '../formats/wire.ts';
import { ParityError } from '../errors/index.ts';
import type { ValueInfoProto } from './onnx_pb.gen.ts';
import { NESTED, Window, type Kind, type Range } from './skim.ts';
import { declare, type DeclaredTypes } from './types.ts';

export interface Outline extends DeclaredTypes {
  /** Nodes of the main graph. */
  readonly nodes: number;
}

/**
 * The outline of a plain model; `null` for one that only the full reader can judge: with external data, training
 * information, inputs or outputs that are no tensors, an unusual encoding, or a file that is no model.
 */
export function readOutline(path: string): Outline | null {
  try {
    const source = openFileSource(path);
    try {
      return new Outliner(source).outline();
    } finally {
      source.close();
    }
  } catch (error) {
    if (error instanceof NotPlain || error instanceof WireProblem || error instanceof ParityError)
      return null;
    throw error;
  }
}

class NotPlain extends Error {}

const MAX_DEPTH = 200;

// Numbers of fields. Source: onnx.proto.
const MODEL = { irVersion: 1, graph: 7, training: 20 };
const GRAPH = { node: 1, initializer: 5, input: 11, output: 12, sparseInitializer: 15 };
const TENSOR = { name: 8, externalData: 13, dataLocation: 14 };
const SPARSE_VALUES = 1;

type Field = Range & { readonly number: number; readonly type: number };

class Outliner {
  private readonly source: ByteSource;
  private readonly window: Window;
  private readonly initializers = new Set<string>();
  private readonly inputs: ValueInfoProto[] = [];
  private readonly outputs: ValueInfoProto[] = [];
  private nodes = 0;

  constructor(source: ByteSource) {
    this.source = source;
    this.window = new Window(source);
  }

  outline(): Outline {
    let first = true;
    let graphs = 0;
    for (const field of this.fields({ start: 0, end: this.source.size })) {
      if (first && (field.number !== MODEL.irVersion || field.type !== 0)) throw new NotPlain();
      first = false;
      if (field.number === MODEL.training) throw new NotPlain();
      if (field.number === MODEL.graph && ++graphs === 1) this.graph(message(field));
      else this.descend('model', field, 0);
    }
    // A graph in several parts is merged by the full reader.
    if (graphs !== 1) throw new NotPlain();
    return {
      inputs: this.inputs.filter(({ name }) => !this.initializers.has(name)).map(declare),
      outputs: this.outputs.map(declare),
      nodes: this.nodes,
    };
  }

  private graph(range: Range): void {
    for (const field of this.fields(range)) {
      if (field.number === GRAPH.node) this.nodes += 1;
      if (field.number === GRAPH.input) this.inputs.push(this.value(message(field)));
      else if (field.number === GRAPH.output) this.outputs.push(this.value(message(field)));
      else if (field.number === GRAPH.initializer) this.initializers.add(this.nameOfTensor(message(field)));
      else if (field.number === GRAPH.sparseInitializer) {
        for (const part of this.fields(message(field))) {
          if (part.number === SPARSE_VALUES) this.initializers.add(this.nameOfTensor(message(part)));
          else this.descend('sparse', part, 0);
        }
      } else this.descend('graph', field, 0);
    }
  }

  /** Looks into everything through which a tensor can be reached for one that lies in another file. */
  private descend(kind: Kind, field: Field, depth: number): void {
    const inner = NESTED[kind][field.number];
    if (inner === undefined) return;
    if (depth > MAX_DEPTH) throw new NotPlain();
    if (inner === 'tensor') {
      this.nameOfTensor(message(field));
      return;
    }
    for (const part of this.fields(message(field))) this.descend(inner, part, depth + 1);
  }

  private nameOfTensor(range: Range): string {
    let name = '';
    for (const field of this.fields(range)) {
      if (field.number === TENSOR.externalData || field.number === TENSOR.dataLocation) throw new NotPlain();
      if (field.number === TENSOR.name) name = this.text(message(field));
    }
    return name;
  }

  private value(range: Range): ValueInfoProto {
    let name = '';
    let type: unknown;
    for (const field of this.fields(range)) {
      if (field.number === 1) name = this.text(message(field));
      if (field.number === 2) type = once(type, this.type(message(field)));
    }
    return { name, type } as ValueInfoProto;
  }

  /** TypeProto: tensor_type is 1, denotation 6. */
  private type(range: Range): unknown {
    let value: unknown = { case: undefined };
    let seen: unknown;
    for (const field of this.fields(range)) {
      if (field.number === 6) continue;
      if (field.number !== 1) throw new NotPlain();
      seen = once(seen, true);
      value = { case: 'tensorType', value: this.tensorType(message(field)) };
    }
    return { value };
  }

  private tensorType(range: Range): unknown {
    let elemType = 0;
    let shape: unknown;
    for (const field of this.fields(range)) {
      if (field.number === 1) elemType = Number(this.integer(field));
      if (field.number === 2) shape = once(shape, { dim: this.dimensions(message(field)) });
    }
    return { elemType, shape };
  }

  /** TensorShapeProto: dim is 1; a dimension has dim_value 1 or dim_param 2, of which the last counts. */
  private dimensions(range: Range): unknown[] {
    const dim: unknown[] = [];
    for (const field of this.fields(range)) {
      if (field.number !== 1) continue;
      let value: unknown = { case: undefined };
      for (const part of this.fields(message(field))) {
        if (part.number === 1) value = { case: 'dimValue', value: BigInt.asIntN(64, this.integer(part)) };
        if (part.number === 2) value = { case: 'dimParam', value: this.text(message(part)) };
      }
      dim.push({ value });
    }
    return dim;
  }

  private *fields({ start, end }: Range): Generator<Field> {
    for (let at = start; at < end;) {
      const field = this.window.field(at, end);
      yield field;
      at = field.end;
    }
  }

  private integer(field: Field): bigint {
    if (field.type !== 0) throw new NotPlain();
    const bytes = this.window.copy(field.start, field.end);
    return readVarint64(bytes, 0, bytes.length);
  }

  private text({ start, end }: Range): string {
    const text = Buffer.from(this.window.copy(start, end)).toString('utf8');
    // Bytes that are no UTF-8 are left to the full reader.
    if (text.includes('\uFFFD')) throw new NotPlain();
    return text;
  }
}

function message(field: Field): Range {
  if (field.type !== 2) throw new NotPlain();
  return field;
}

/** A message field that occurs twice is merged by the full reader. */
function once<T>(before: unknown, now: T): T {
  if (before !== undefined) throw new NotPlain();
  return now;
}
