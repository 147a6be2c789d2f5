import { dtypeOfOnnx } from '../../tensor/index.ts';
import { failures } from '../reason-texts.ts';
import { RuntimeFailure } from '../types.ts';
import { plainMessage } from './plain-message.ts';

/** What a message of onnxruntime means; the first rule that matches decides. Messages are those of 1.30. */
interface Rule {
  readonly pattern: RegExp;
  readonly failure: (runtime: string, match: RegExpMatchArray, message: string) => RuntimeFailure;
}

const ANYWHERE: readonly Rule[] = [
  {
    pattern:
      /bad_alloc|Failed to allocate memory|out of memory|Cannot enlarge memory|allocation failed|Available memory of \d+ is smaller|Tensor shape is too large|would require more than \d+ bytes/i,
    failure: (runtime, _match, message) => failures.memoryExceeded(runtime, message),
  },
  {
    pattern: /Failed to construct locale with name:\s*(.+?):/,
    failure: (_runtime, match) => failures.localeLacking(match[1] ?? ''),
  },
  {
    pattern: /requires f16 but the device does not support it/,
    failure: (runtime) => failures.float16Unsupported(runtime),
  },
  {
    // An attribute that is unknown came with a newer opset, or never was one; a provider type that is not set means
    // that no kernel took the node.
    pattern:
      /Could not find an implementation for|is not a registered function\/op|No Op registered for|NOT_IMPLEMENTED|Unrecognized attribute: \S+ for operator|Provider type for .* node with name .* is not set/,
    failure: (runtime, _match, message) => failures.opUnsupported(runtime, message),
  },
  {
    // Kernels that know a variant of their operator and do not compute it say so in words of their own.
    pattern: /\b(?:is|are) not (?:yet |currently )?(?:supported|implemented)\b|\bnot (?:yet )?implemented\b/i,
    failure: (runtime, _match, message) => failures.opUnsupported(runtime, message),
  },
];

const LOADING: readonly Rule[] = [
  {
    pattern: /Unsupported model IR version: (\d+), max supported IR version: (\d+)/,
    failure: (runtime, match) => failures.irUnsupported(runtime, match[1] ?? '', match[2] ?? ''),
  },
  {
    pattern:
      /Opset \d+ is under development.*?(?:till|is) opset \d+|only \*guarantees\* support for models stamped/,
    failure: (runtime, match, message) =>
      failures.opsetUnsupported(runtime, /Opset \d+ .*$/.exec(message)?.[0] ?? match[0]),
  },
  {
    pattern: /protobuf parsing failed|does not have a graph|No graph was found/i,
    failure: (_runtime, _match, message) =>
      failures.modelUnreadable(
        `The file is not an ONNX model: ${message}`,
        'Export or download the model again.',
      ),
  },
  {
    pattern: /unsupported data type: (\d+)/i,
    failure: (runtime, match) =>
      failures.dtypeUnsupported(
        runtime,
        'output',
        null,
        dtypeOfOnnx(Number(match[1])) ?? `number ${match[1]}`,
      ),
  },
  {
    pattern: /Failed to get a WebGPU adapter(?:: (.*))?/,
    failure: (_runtime, match) =>
      failures.targetUnavailable(
        `There is no WebGPU adapter${match[1] === undefined ? '' : ` (${match[1]})`}.`,
        'See `onnx-parity doctor` for the step that enables this target.',
      ),
  },
  {
    pattern: /Failed to load (?:shared )?library|no available backend found/i,
    failure: (_runtime, _match, message) =>
      failures.targetUnavailable(message, 'See `onnx-parity doctor` for the step that enables this target.'),
  },
];

const RUNNING: readonly Rule[] = [
  {
    pattern:
      /Got invalid dimensions for input|Invalid rank for input|Unexpected input data type|Invalid input name|Missing Input|expected to be of type: \d+ but received/i,
    failure: (_runtime, _match, message) => failures.inputRejected(message),
  },
  {
    pattern: /Non tensor type is temporarily not supported|non-tensor typed value/,
    failure: (runtime) => failures.typeUnsupported(runtime, 'output', null, 'a sequence, map or optional'),
  },
  {
    pattern: /unsupported type: (\w+)/,
    failure: (runtime, match) => failures.dtypeUnsupported(runtime, 'output', null, match[1] ?? 'unknown'),
  },
];

/** Turns what `create` threw into a failure with a status. */
export function loadFailure(runtime: string, thrown: unknown): RuntimeFailure {
  return classify(runtime, thrown, [...LOADING, ...ANYWHERE], failures.modelRejected);
}

/** Turns what `run` threw into a failure with a status. */
export function runFailure(runtime: string, thrown: unknown): RuntimeFailure {
  return classify(runtime, thrown, [...RUNNING, ...ANYWHERE], failures.runFailed);
}

function classify(
  runtime: string,
  thrown: unknown,
  rules: readonly Rule[],
  otherwise: (runtime: string, problem: string) => RuntimeFailure,
): RuntimeFailure {
  if (thrown instanceof RuntimeFailure) return thrown;
  const message = plainMessage(thrown);
  // In 32-bit WebAssembly a byte size beyond 4 GiB overflows before anything is allocated.
  if (runtime === 'ort-web' && /SafeIntOnOverflow|Integer overflow/.test(rawMessage(thrown))) {
    return failures.memoryExceeded(runtime, 'a tensor is larger than the 4 GiB that WebAssembly can address');
  }
  // A WebAssembly.RuntimeError, also as Emscripten's abort throws it.
  if (thrown instanceof Error && thrown.name === 'RuntimeError') return trap(runtime, message);
  for (const { pattern, failure } of rules) {
    const match = pattern.exec(message);
    if (match !== null) return failure(runtime, match, message);
  }
  return otherwise(runtime, message);
}

function trap(runtime: string, message: string): RuntimeFailure {
  return /OOM|out of memory|Cannot enlarge memory/i.test(message)
    ? failures.memoryExceeded(runtime, message)
    : failures.trapped(runtime, message);
}

function rawMessage(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
