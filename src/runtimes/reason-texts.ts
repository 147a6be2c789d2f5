import type { Reason, Status } from '../result/index.ts';
import type { Dtype } from '../tensor/index.ts';
import { RuntimeFailure } from './types.ts';

/** A failure of the model or the host, told to a person. One entry per kind; call sites give the facts alone. */
function failure(
  status: Exclude<Status, 'ok'>,
  code: Reason['code'],
  message: string,
  hint: string,
): RuntimeFailure {
  return new RuntimeFailure(status, { code, message, hint, level: 'fail' });
}

const CAST_BEFORE_OUTPUT = 'Give the model an output of another type (append a Cast)';

export const failures = {
  modelUnreadable: (problem: string, hint: string) => failure('error', 'MODEL_UNREADABLE', problem, hint),

  modelRejected: (runtime: string, problem: string) =>
    failure(
      'error',
      'MODEL_REJECTED',
      `${runtime} refused to load the model: ${problem}`,
      'Check the model with `onnx-parity inspect MODEL` and onnx.checker.check_model(path, full_check=True).',
    ),

  dtypeUnsupported: (runtime: string, side: 'input' | 'output', name: string | null, dtype: string) =>
    failure(
      'unsupported',
      'DTYPE_UNSUPPORTED',
      `${runtime} cannot carry ${valueWords(side, name)}: its element type is ${dtype}.`,
      `${CAST_BEFORE_OUTPUT}, or say that this is expected: \`expectStatus: unsupported\` for this target.`,
    ),

  typeUnsupported: (runtime: string, side: 'input' | 'output', name: string | null, kind: string) =>
    failure(
      'unsupported',
      'TYPE_UNSUPPORTED',
      `${runtime} cannot carry ${valueWords(side, name)}: it is ${kind}, not a tensor.`,
      'Export the model with tensors alone (skl2onnx: options={"zipmap": False}; sequences: ConcatFromSequence), or say that this is expected: `expectStatus: unsupported` for this target.',
    ),

  opUnsupported: (runtime: string, problem: string) =>
    failure(
      'unsupported',
      'OP_UNSUPPORTED',
      `${runtime} does not support an operator of the model: ${problem}`,
      'Export with an opset whose operators the runtime has, replace the operator, or leave this target out for this model.',
    ),

  float16Unsupported: (runtime: string) =>
    failure(
      'unsupported',
      'DTYPE_UNSUPPORTED',
      `${runtime} cannot compute in float16 on this device: its WebGPU adapter has no shader-f16.`,
      'Run on a GPU with shader-f16, leave this target out for this model, or say that this is expected: `expectStatus: unsupported` for this target.',
    ),

  irUnsupported: (runtime: string, given: string, newest: string) =>
    failure(
      'unsupported',
      'IR_UNSUPPORTED',
      `The model has IR version ${given}; ${runtime} reads up to ${newest}.`,
      `Save the model with an older IR version (model.ir_version = ${newest}), or update the runtime.`,
    ),

  opsetUnsupported: (runtime: string, problem: string) =>
    failure(
      'unsupported',
      'OPSET_UNSUPPORTED',
      `The model uses a newer opset than ${runtime} knows: ${problem}`,
      'Export with an older opset_version, convert with onnx.version_converter, or update the runtime.',
    ),

  inputMissing: (names: readonly string[], given: readonly string[]) =>
    failure(
      'error',
      'INPUT_REJECTED',
      `The case gives no value for ${quoted(names)} of the model; it gives ${quoted(given)}.`,
      'Add the missing inputs to the case; `onnx-parity inspect MODEL` lists what the model takes.',
    ),

  inputExtra: (names: readonly string[], taken: readonly string[]) =>
    failure(
      'error',
      'INPUT_REJECTED',
      `The case gives ${quoted(names)}, which the model does not take; it takes ${quoted(taken)}.`,
      'Rename or remove these inputs; an exporter drops inputs that no output depends on.',
    ),

  inputDtype: (name: string, expected: Dtype, given: Dtype) =>
    failure(
      'error',
      'INPUT_REJECTED',
      `Input ${name}: expected ${expected}, given ${given}.`,
      'Give the input in the dtype that the model declares (`dtype:` of the input, or `castInputs:` of the model variant).',
    ),

  inputShape: (name: string, expected: string, given: string) =>
    failure(
      'error',
      'INPUT_REJECTED',
      `Input ${name}: expected shape ${expected}, given ${given}.`,
      'Give the input in the shape that the model declares, or export the model with that axis dynamic.',
    ),

  inputRejected: (problem: string) =>
    failure(
      'error',
      'INPUT_REJECTED',
      `The runtime refused the inputs: ${problem}`,
      'Compare the case with what `onnx-parity inspect MODEL` says about the inputs.',
    ),

  runFailed: (runtime: string, problem: string) =>
    failure(
      'error',
      'RUN_FAILED',
      `${runtime} reported an error while running: ${problem}`,
      'Try `optimization: disabled` on this target and another runtime, to tell the model from the runtime.',
    ),

  trapped: (runtime: string, problem: string) =>
    failure(
      'crashed',
      'WORKER_CRASHED',
      `${runtime} trapped: ${problem}`,
      'The model makes the runtime divide by zero or leave its memory. Try `optimization: disabled`, and report it to the runtime with the model.',
    ),

  memoryExceeded: (runtime: string, problem: string) =>
    failure(
      'out-of-memory',
      'MEMORY_EXCEEDED',
      `${runtime} could not get the memory that the model needs: ${problem}`,
      'Use smaller inputs, fewer jobs at once (`--jobs 1`) or a host with more memory.',
    ),

  localeLacking: (locale: string) =>
    failure(
      'environment',
      'ENVIRONMENT_LACKING',
      `The model needs the locale ${locale}, which this host does not have.`,
      `Install it: \`apt-get install locales && localedef -i ${locale.split('.')[0] ?? locale} -f UTF-8 ${locale}\`.`,
    ),

  temporaryFolder: (problem: string) =>
    failure(
      'environment',
      'ENVIRONMENT_LACKING',
      `The temporary folder could not be used: ${problem}`,
      'Free space in it, or point TMPDIR at a folder with room.',
    ),

  graphNotWritten: (target: string) =>
    failure(
      'environment',
      'ENVIRONMENT_LACKING',
      `${target} wrote no optimised graph.`,
      'Free space in the temporary folder, or point TMPDIR at one with room.',
    ),

  targetUnavailable: (message: string, hint: string) =>
    failure('unavailable', 'TARGET_UNAVAILABLE', message, hint),
};

/** Some runtimes do not say which value it is. */
function valueWords(side: 'input' | 'output', name: string | null): string {
  return name === null ? `an ${side}` : `${side} ${name}`;
}

function quoted(names: readonly string[]): string {
  return names.length === 0 ? 'nothing' : names.map((name) => JSON.stringify(name)).join(', ');
}
