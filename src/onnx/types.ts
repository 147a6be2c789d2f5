/** What a model declares about its inputs and outputs. */
import { dtypeOfOnnx } from '../tensor/index.ts';
import type { Dtype } from '../tensor/index.ts';
import type { Model } from './model.ts';
import type { TensorShapeProto, TypeProto, ValueInfoProto } from './onnx_pb.gen.ts';

/** Length of an axis: a number, a symbol, or `null` where nothing is said. */
export type DeclaredLength = number | string | null;

export interface DeclaredValue {
  readonly name: string;
  readonly kind: 'tensor' | 'sparse-tensor' | 'sequence' | 'map' | 'optional' | 'opaque' | 'undeclared';
  /** Element type of a tensor; `null` for other kinds, and for a type that this version does not know. */
  readonly dtype: Dtype | null;
  /** The type as ONNX writes it: `tensor(float)`, `seq(tensor(int64))`, `map(string,tensor(float))`. */
  readonly type: string;
  /** `null` where even the rank is unknown, and for kinds without a shape. */
  readonly shape: readonly DeclaredLength[] | null;
}

export interface DeclaredTypes {
  /** Inputs that must be fed, in order: initializers that are listed as inputs are left out. */
  readonly inputs: readonly DeclaredValue[];
  readonly outputs: readonly DeclaredValue[];
}

/** Inputs and outputs with their types, known without any runtime. */
export function declaredTypes(model: Model): DeclaredTypes {
  const { graph } = model;
  const initializers = new Set(graph.initializer.map(({ name }) => name));
  for (const sparse of graph.sparseInitializer) initializers.add(sparse.values?.name ?? '');
  return {
    inputs: graph.input.filter(({ name }) => !initializers.has(name)).map(declare),
    outputs: graph.output.map(declare),
  };
}

/** One declaration. */
export function declare({ name, type }: ValueInfoProto): DeclaredValue {
  const value = type?.value;
  if (value === undefined || value.case === undefined) {
    return { name, kind: 'undeclared', dtype: null, type: 'undeclared', shape: null };
  }
  const written = typeText(type);
  switch (value.case) {
    case 'tensorType': {
      const { elemType, shape } = value.value;
      return {
        name,
        kind: 'tensor',
        dtype: dtypeOfOnnx(elemType) ?? null,
        type: written,
        shape: lengths(shape),
      };
    }
    case 'sparseTensorType': {
      const { elemType, shape } = value.value;
      const dtype = dtypeOfOnnx(elemType) ?? null;
      return { name, kind: 'sparse-tensor', dtype, type: written, shape: lengths(shape) };
    }
    default:
      return { name, kind: KINDS[value.case], dtype: null, type: written, shape: null };
  }
}

const KINDS = {
  sequenceType: 'sequence',
  mapType: 'map',
  optionalType: 'optional',
  opaqueType: 'opaque',
} as const;

const MAX_NESTING = 16;

// ONNX and onnxruntime write these element types differently from ours.
const WRITTEN: Readonly<Partial<Record<Dtype, string>>> = { float32: 'float', float64: 'double' };

function elementText(number: number): string {
  const dtype = dtypeOfOnnx(number);
  return dtype === undefined ? `type ${number}` : (WRITTEN[dtype] ?? dtype);
}

function typeText(type: TypeProto | undefined, depth = 0): string {
  const value = type?.value;
  if (value === undefined || value.case === undefined || depth > MAX_NESTING) return 'undeclared';
  switch (value.case) {
    case 'tensorType':
      return `tensor(${elementText(value.value.elemType)})`;
    case 'sparseTensorType':
      return `sparse_tensor(${elementText(value.value.elemType)})`;
    case 'sequenceType':
      return `seq(${typeText(value.value.elemType, depth + 1)})`;
    case 'optionalType':
      return `optional(${typeText(value.value.elemType, depth + 1)})`;
    case 'mapType':
      return `map(${elementText(value.value.keyType)},${typeText(value.value.valueType, depth + 1)})`;
    case 'opaqueType':
      return `opaque(${value.value.domain},${value.value.name})`;
    default:
      return 'undeclared';
  }
}

function lengths(shape: TensorShapeProto | undefined): DeclaredLength[] | null {
  if (shape === undefined) return null;
  return shape.dim.map(({ value }) => {
    if (value.case === 'dimValue') return Number(value.value) < 0 ? null : Number(value.value);
    return value.case === 'dimParam' && value.value !== '' ? value.value : null;
  });
}
