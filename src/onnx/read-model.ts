/** Reads a model file of any size without its weights, and names what is no model. */
import { fromBinary } from '@bufbuild/protobuf';
import { onnxError } from '../errors/catalogue/onnx.ts';
import { ParityError } from '../errors/index.ts';
import {
  lookalike,
  LOOKALIKE_BYTES,
  memorySource,
  openFileSource,
  readRange,
  wireFields,
  WireProblem,
} from '../formats/index.ts';
import type { ByteSource } from '../formats/index.ts';
import type { Model } from './model.ts';
import { ModelProtoSchema } from './onnx_pb.gen.ts';
import { skimModel } from './skim.ts';
import type { Skimmed } from './skim.ts';

/**
 * Reads everything but the weights; a model of several gigabytes takes milliseconds.
 * @throws ParityError MODEL_NOT_FOUND, MODEL_UNREADABLE, MODEL_EMPTY, MODEL_IS_HTML, MODEL_IS_LFS_POINTER, MODEL_NOT_ONNX, MODEL_TRUNCATED
 */
export function readModel(path: string): Model {
  const source = open(path);
  try {
    return decode(source, skimModel);
  } finally {
    source.close();
  }
}

/** The same for bytes in memory, of which the weights stay views; `path` serves for errors and for external data. */
export function readModelBytes(bytes: Uint8Array, path: string): Model {
  return decode(memorySource(bytes, path), () => ({ bytes, payloads: new Map() }));
}

function open(path: string): ByteSource {
  try {
    return openFileSource(path);
  } catch (error) {
    if (!(error instanceof ParityError)) throw error;
    if (error.code === 'TENSOR_FILE_NOT_FOUND') throw onnxError('MODEL_NOT_FOUND', { path }, error);
    throw onnxError('MODEL_UNREADABLE', { path, problem: String(error.context['problem']) }, error);
  }
}

function decode(source: ByteSource, skim: (source: ByteSource) => Skimmed): Model {
  const { path, size } = source;
  if (size === 0) throw onnxError('MODEL_EMPTY', { path });
  const head = readRange(source, 0, Math.min(size, LOOKALIKE_BYTES));
  // An ONNX model begins with ir_version: the byte 0x08 and a small number.
  const begins = head[0] === 0x08 && (head[1] ?? 0) < 0x80;
  if (!begins) refuseLookalike(head, path);
  try {
    const { bytes, payloads } = skim(source);
    if (!hasGraph(bytes)) throw noModel(path, 'a protobuf message without a graph');
    const proto = fromBinary(ModelProtoSchema, bytes);
    if (proto.graph === undefined) throw noModel(path, 'a protobuf message without a graph');
    return { path, sizeBytes: size, proto, graph: proto.graph, payloads };
  } catch (error) {
    if (error instanceof ParityError) throw error;
    const problem = error instanceof Error ? error.message : String(error);
    if (!begins) throw noModel(path, lookalike(head).words, error);
    throw onnxError('MODEL_TRUNCATED', { path, problem: shorten(problem, error) }, error);
  }
}

const GRAPH_FIELD = 7;

function hasGraph(bytes: Uint8Array): boolean {
  for (const { number, type } of wireFields(bytes)) if (number === GRAPH_FIELD && type === 2) return true;
  return false;
}

function refuseLookalike(head: Uint8Array, path: string): void {
  const { kind, words } = lookalike(head);
  if (kind === 'html') throw onnxError('MODEL_IS_HTML', { path });
  if (kind === 'lfs-pointer') throw onnxError('MODEL_IS_LFS_POINTER', { path });
  if (kind !== 'unknown') throw noModel(path, words);
}

function noModel(path: string, looksLike: string, cause?: unknown): Error {
  return onnxError('MODEL_NOT_ONNX', { path, looksLike }, cause);
}

function shorten(problem: string, error: unknown): string {
  return error instanceof WireProblem ? problem : `its content cannot be decoded (${problem.slice(0, 120)})`;
}
