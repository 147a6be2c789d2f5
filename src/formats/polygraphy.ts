/** JSON that `polygraphy run --save-inputs` and `--save-outputs` write: npy files in base64. Source: polygraphy/json/serde.py, comparator/struct.py. */
import { formatError } from '../errors/catalogue/formats.ts';
import type { ParityError } from '../errors/index.ts';
import { memorySource } from './byte-source.ts';
import type { TensorEntry } from './entry.ts';
import type { JsonObject, JsonValue } from './json.ts';
import { npyEntry } from './npy.ts';

const MARKER = 'polygraphy_class';

/** True where a parsed JSON text carries Polygraphy's marker in one of the two known places. */
export function isPolygraphy(json: JsonValue): boolean {
  if (json instanceof Map) return json.get(MARKER) === 'RunResults' || [...json.values()].some(isArray);
  if (!Array.isArray(json)) return false;
  return json.some((item) => item instanceof Map && [...item.values()].some((value) => isArray(value)));
}

/** The tensors of one iteration; `iteration` may be left out where there is only one. */
export function polygraphyEntries(json: JsonValue, path: string, iteration?: number): TensorEntry[] {
  const iterations = iterationsOf(json, path);
  if (iteration === undefined && iterations.length !== 1) {
    throw formatError('TENSOR_ITERATION_NEEDED', { path, iterations: iterations.length });
  }
  const chosen = iterations[iteration ?? 0];
  if (chosen === undefined)
    throw malformed(path, `it has ${iterations.length} iterations, not number ${iteration}`);
  return [...chosen].map(([name, value]) => arrayEntry(value, path, name));
}

function iterationsOf(json: JsonValue, path: string): JsonObject[] {
  if (json instanceof Map && json.get(MARKER) !== 'RunResults') return [json];
  if (json instanceof Map) {
    const runners = json.get('lst');
    if (!Array.isArray(runners) || runners.length !== 1) {
      const count = Array.isArray(runners) ? runners.length : 0;
      throw malformed(path, `it holds the results of ${count} runners; save one runner per file`);
    }
    const runner = runners[0];
    const results = Array.isArray(runner) ? runner[1] : undefined;
    if (!Array.isArray(results)) throw malformed(path, 'its runner has no results');
    return results.map((result) => {
      const outputs = result instanceof Map ? result.get('outputs') : undefined;
      if (!(outputs instanceof Map)) throw malformed(path, 'an iteration has no outputs');
      return outputs;
    });
  }
  const iterations = Array.isArray(json) ? json : [];
  return iterations.map((item) => {
    if (!(item instanceof Map)) throw malformed(path, 'an iteration is no object');
    return item;
  });
}

function arrayEntry(value: JsonValue, path: string, name: string): TensorEntry {
  const lazy = value instanceof Map && value.get(MARKER) === 'LazyArray' ? value.get('values') : value;
  const array = isArray(lazy ?? null) ? (lazy as JsonObject).get('array') : undefined;
  if (typeof array !== 'string') throw malformed(path, `"${name}" is no NumPy array`);
  return npyEntry(memorySource(Buffer.from(array, 'base64'), path), name);
}

function isArray(value: JsonValue): boolean {
  if (!(value instanceof Map)) return false;
  const kind = value.get(MARKER);
  return kind === 'ndarray' || kind === 'LazyArray';
}

function malformed(path: string, problem: string): ParityError {
  return formatError('TENSOR_FILE_MALFORMED', { path, format: 'Polygraphy JSON', problem });
}
