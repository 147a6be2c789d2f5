/** External data of a model: checked before any runtime sees the model. */
import { dirname } from 'node:path';
import { onnxError } from '../errors/catalogue/onnx.ts';
import { checkExternalRange, resolveExternalData } from '../formats/index.ts';
import type { ExternalFile } from '../formats/index.ts';
import { walkTensors } from './model.ts';
import type { Model } from './model.ts';
import { externalRange, weightBytes } from './weights.ts';

export interface ExternalDataFile extends ExternalFile {
  /** As the model names it, relative to its folder. */
  readonly location: string;
  readonly tensors: number;
}

/**
 * Resolves and checks every range of external data against the folder of the model and the size of its file.
 * @throws ParityError EXTERNAL_DATA_ESCAPES, EXTERNAL_DATA_MISSING, EXTERNAL_DATA_RANGE
 */
export function checkExternalData(model: Model, modelPath: string = model.path): ExternalDataFile[] {
  const files = new Map<string, { file: ExternalFile; tensors: number }>();
  const folder = dirname(modelPath);
  for (const tensor of walkTensors(model)) {
    const range = externalRange(tensor);
    if (range === undefined) continue;
    const { location, offset } = range;
    const owner = { path: modelPath, tensor: tensor.name };
    const known = files.get(location);
    const file = known?.file ?? resolveExternalData(folder, location, owner);
    const needed = weightBytes(tensor);
    if (range.length !== undefined && range.length !== needed) {
      const given = Number.isNaN(range.length) ? 'no count of bytes' : range.length;
      const problem = `its length is ${given}, but the shape needs ${needed} bytes`;
      throw onnxError('EXTERNAL_DATA_RANGE', { ...owner, location, problem });
    }
    checkExternalRange(file, offset, needed, owner, location);
    files.set(location, { file, tensors: (known?.tensors ?? 0) + 1 });
  }
  return [...files]
    .map(([location, { file, tensors }]) => ({ location, path: file.path, size: file.size, tensors }))
    .sort((left, right) => (left.location < right.location ? -1 : 1));
}
