import { isDtype } from '../../tensor/index.ts';
import type { ValueInfo } from '../types.ts';
import type { OrtValueMetadata } from './binding.ts';

/** onnxruntime-web gives an unknown length as −1 read without sign. */
const UNKNOWN_LENGTH = 0xffffffff;

/** The bindings give `[]` both for a scalar and for a value of unknown rank, so an empty shape says nothing. */
export function valueInfoOf(metadata: OrtValueMetadata): ValueInfo {
  const { name, type, shape } = metadata;
  const dtype = type !== undefined && isDtype(type) ? type : null;
  if (!metadata.isTensor || shape === undefined || shape.length === 0) return { name, dtype, shape: null };
  return { name, dtype, shape: shape.map((length) => lengthOf(length)) };
}

function lengthOf(length: number | string): number | string | null {
  if (typeof length === 'string') return length === '' ? null : length;
  return length < 0 || length === UNKNOWN_LENGTH ? null : length;
}
