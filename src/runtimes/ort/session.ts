import type { Placement } from '../../result/index.ts';
import type { Dtype, NamedTensors, Tensor } from '../../tensor/index.ts';
import { failures } from '../reason-texts.ts';
import type { Session, ValueInfo } from '../types.ts';
import type { OrtHandler, OrtModule, OrtValueMetadata } from './binding.ts';
import { checkInputs } from './check-inputs.ts';
import { runFailure } from './classify.ts';
import { fourBitOf, fromOrt, toOrt } from './tensors.ts';
import { valueInfoOf } from './values.ts';

/** An output of the model and the runtime's output that holds it. */
export interface SessionOutput {
  readonly name: string;
  /** Differs from the name where the value is read through an added node. */
  readonly from: string;
  readonly info: ValueInfo;
}

/** What tells one binding's session from another's. */
export interface SessionParts {
  readonly runtime: string;
  readonly handler: OrtHandler;
  readonly Tensor: OrtModule['Tensor'];
  /** Known from the start where only one provider can compute; else read when the session closes. */
  readonly placement: Placement | null;
  readonly readPlacement: () => Placement;
  readonly carries: (dtype: Dtype) => boolean;
  readonly outputs: readonly SessionOutput[];
}

/** The session of a binding of onnxruntime. */
export function createSession(parts: SessionParts): Session {
  const { handler, runtime } = parts;
  try {
    rejectUncarried(parts, 'input', handler.inputMetadata);
    rejectUncarried(parts, 'output', handler.outputMetadata);
  } catch (error) {
    void handler.dispose();
    throw error;
  }
  const inputs = handler.inputMetadata.map((metadata) => valueInfoOf(metadata));
  return {
    inputs,
    outputs: parts.outputs.map(({ info }) => info),
    placement: parts.placement,

    async run(given) {
      checkInputs(inputs, given);
      const feeds = nullObject<InstanceType<OrtModule['Tensor']>>();
      for (const [name, tensor] of given) feeds[name] = toOrt(tensor, parts.Tensor);
      const fetches = nullObject<null>();
      for (const { from } of parts.outputs) fetches[from] = null;
      try {
        const startedAt = performance.now();
        const results = await handler.run(feeds, fetches, {});
        const runMs = performance.now() - startedAt;
        return { outputs: collect(parts, results), runMs };
      } catch (error) {
        throw runFailure(runtime, error);
      }
    },

    async close() {
      if (parts.placement === null) handler.endProfiling();
      await handler.dispose();
      return { placement: parts.placement ?? parts.readPlacement() };
    },
  };
}

/** A type that the model did not declare is known only now; reading some of them kills the process. */
function rejectUncarried(
  { runtime, carries }: SessionParts,
  side: 'input' | 'output',
  values: readonly OrtValueMetadata[],
): void {
  for (const value of values) {
    const { name, isTensor, type } = value;
    if (!isTensor) throw failures.typeUnsupported(runtime, side, name, 'a sequence, map or optional');
    const { dtype } = valueInfoOf(value);
    if (dtype === null || !carries(dtype))
      throw failures.dtypeUnsupported(runtime, side, name, type ?? 'unknown');
  }
}

function collect(parts: SessionParts, results: Awaited<ReturnType<OrtHandler['run']>>): NamedTensors {
  const outputs = new Map<string, Tensor>();
  for (const { name, from, info } of parts.outputs) {
    // An output named `__proto__` has become the prototype of the results: reading it by name still finds it.
    const value = results[from];
    const read = value === undefined ? null : fromOrt(value);
    const tensor = read === null || from === name ? read : fourBitOf(read, info.dtype);
    if (tensor === null) {
      throw failures.dtypeUnsupported(parts.runtime, 'output', name, value?.type ?? info.dtype ?? 'unknown');
    }
    outputs.set(name, tensor);
  }
  return outputs;
}

/** Without a prototype, so that `__proto__` is a name like any other. */
function nullObject<V>(): Record<string, V> {
  return Object.create(null) as Record<string, V>;
}
