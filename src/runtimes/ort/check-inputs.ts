import type { NamedTensors } from '../../tensor/index.ts';
import { failures } from '../reason-texts.ts';
import type { ValueInfo } from '../types.ts';

/** Holds the given inputs against the declared ones, so that a user reads names, dtypes and shapes instead of a runtime's message. */
export function checkInputs(declared: readonly ValueInfo[], given: NamedTensors): void {
  const names = declared.map((info) => info.name);
  const missing = names.filter((name) => !given.has(name));
  if (missing.length > 0) throw failures.inputMissing(missing, [...given.keys()]);
  const extra = [...given.keys()].filter((name) => !names.includes(name));
  if (extra.length > 0) throw failures.inputExtra(extra, names);
  for (const info of declared) checkInput(info, given);
}

function checkInput(info: ValueInfo, given: NamedTensors): void {
  const tensor = given.get(info.name);
  if (tensor === undefined) return;
  if (info.dtype !== null && tensor.dtype !== info.dtype) {
    throw failures.inputDtype(info.name, info.dtype, tensor.dtype);
  }
  if (info.shape === null) return;
  const fits =
    tensor.shape.length === info.shape.length &&
    info.shape.every((length, axis) => typeof length !== 'number' || length === tensor.shape[axis]);
  if (!fits) throw failures.inputShape(info.name, written(info.shape), written(tensor.shape));
}

function written(shape: readonly (number | string | null)[]): string {
  return `[${shape.map((length) => length ?? '?').join(', ')}]`;
}
