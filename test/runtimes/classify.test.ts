import { describe, expect, test } from 'vitest';
import { loadFailure, runFailure } from '../../src/runtimes/ort/classify.ts';

const trap = (message: string) => Object.assign(new Error(message), { name: 'RuntimeError' });

describe('what create throws', () => {
  test.each([
    [
      'Load model from m.onnx failed:/onnxruntime_src/onnxruntime/core/graph/model.cc:202 onnxruntime::Model::Model(onnx::ModelProto&&, const onnxruntime::PathString&) Unsupported model IR version: 99, max supported IR version: 13\n',
      'unsupported',
      'IR_UNSUPPORTED',
      'The model has IR version 99; ort-node reads up to 13.',
    ],
    [
      'Load model from m.onnx failed:Fatal error: com.example:Frobnicate(-1) is not a registered function/op',
      'unsupported',
      'OP_UNSUPPORTED',
      'ort-node does not support an operator of the model: Fatal error: com.example:Frobnicate(-1) is not a registered function/op',
    ],
    [
      "Could not find an implementation for Where(9) node with name ''",
      'unsupported',
      'OP_UNSUPPORTED',
      "ort-node does not support an operator of the model: Could not find an implementation for Where(9) node with name ''",
    ],
    [
      'Load model from m.onnx failed:This is an invalid model. In Node, ("", Attention, "", -1) : ("Q": tensor(float),) -> ("Y": tensor(float),) , Error Unrecognized attribute: left_window_size for operator Attention',
      'unsupported',
      'OP_UNSUPPORTED',
      'ort-node does not support an operator of the model: This is an invalid model. In Node, ("", Attention, "", -1) : ("Q": tensor(float),) -> ("Y": tensor(float),) , Error Unrecognized attribute: left_window_size for operator Attention',
    ],
    [
      'Exception during initialization: /onnxruntime_src/onnxruntime/core/providers/cpu/rnn/rnn.h:40 onnxruntime::RNN<T>::RNN(const onnxruntime::OpKernelInfo&) [with T = float] layout_ == 0 was false. Batchwise recurrent operations (layout == 1) are not supported.',
      'unsupported',
      'OP_UNSUPPORTED',
      'ort-node does not support an operator of the model: Exception during initialization: layout_ == 0 was false. Batchwise recurrent operations (layout == 1) are not supported.',
    ],
    [
      "Exception during initialization: !node_provider_type.empty() was false. Provider type for Where node with name '' is not set.",
      'unsupported',
      'OP_UNSUPPORTED',
      "ort-node does not support an operator of the model: Exception during initialization: !node_provider_type.empty() was false. Provider type for Where node with name '' is not set.",
    ],
    [
      'Exception during initialization: /onnxruntime_src/onnxruntime/core/providers/cpu/text/string_normalizer.cc:235 onnxruntime::StringNormalizer::Locale::Locale(const std::string&)::<lambda()> Failed to construct locale with name:xx_XX:locale::facet::_S_create_c_locale name not valid:Please, install',
      'environment',
      'ENVIRONMENT_LACKING',
      'The model needs the locale xx_XX, which this host does not have.',
    ],
    [
      'Load model from m.onnx failed:Protobuf parsing failed.',
      'error',
      'MODEL_UNREADABLE',
      'The file is not an ONNX model: Protobuf parsing failed.',
    ],
    [
      'Load model from m.onnx failed:This is an invalid model. In Node, ("", Cast, "", -1)',
      'error',
      'MODEL_REJECTED',
      'ort-node refused to load the model: This is an invalid model. In Node, ("", Cast, "", -1)',
    ],
    [
      '/onnxruntime_src/onnxruntime/core/providers/webgpu/webgpu_context.cc:136 onnxruntime::webgpu::WebGpuContext::Initialize(const onnxruntime::webgpu::WebGpuContextConfig&)::<lambda()> adapter_result.status == wgpu::RequestAdapterStatus::Success was false. Failed to get a WebGPU adapter: No supported adapters\n',
      'unavailable',
      'TARGET_UNAVAILABLE',
      'There is no WebGPU adapter (No supported adapters).',
    ],
    [
      'std::bad_alloc',
      'out-of-memory',
      'MEMORY_EXCEEDED',
      'ort-node could not get the memory that the model needs: std::bad_alloc',
    ],
  ])('%s', (message, status, code, text) => {
    const failure = loadFailure('ort-node', new Error(message));
    expect([failure.status, failure.reason.code, failure.reason.message]).toEqual([status, code, text]);
    expect(failure.reason.hint).not.toBe('');
  });
});

describe('what run throws', () => {
  test('an error of a kernel keeps the runtime’s words without colours and prefixes', () => {
    const failure = runFailure(
      'ort-web',
      new Error(
        'failed to call OrtRun(). ERROR_CODE: 2, ERROR_MESSAGE: Non-zero status code returned while running Gather node.',
      ),
    );
    expect([failure.status, failure.reason.code]).toEqual(['error', 'RUN_FAILED']);
    expect(failure.reason.message).toBe(
      'ort-web reported an error while running: Non-zero status code returned while running Gather node.',
    );
  });

  test.each([
    'Non-zero status code returned while running BatchNormalization node. Status Message: BatchNormalization trainingMode is not supported yet.',
    'Non-zero status code returned while running Resize node. Status Message: The antialias attribute of Resize operator is NOT implemented.',
    'IsScalarOr1ElementVector(W_Zero_Point) was false. Non per-tensor quantization is not supported now.',
  ])('a kernel that does not compute a variant of its operator: %s', (message) => {
    const failure = runFailure('ort-node', new Error(message));
    expect([failure.status, failure.reason.code, failure.reason.message]).toEqual([
      'unsupported',
      'OP_UNSUPPORTED',
      `ort-node does not support an operator of the model: ${message}`,
    ]);
  });

  test('float16 on a GPU without it is unsupported', () => {
    const failure = runFailure(
      'ort-node',
      new Error(
        'shader_helper.cc:416 GenerateSourceCode Program Max requires f16 but the device does not support it.',
      ),
    );
    expect([failure.status, failure.reason.code, failure.reason.message]).toEqual([
      'unsupported',
      'DTYPE_UNSUPPORTED',
      'ort-node cannot compute in float16 on this device: its WebGPU adapter has no shader-f16.',
    ]);
  });

  test('a trap of WebAssembly is a crash', () => {
    const failure = runFailure('ort-web', trap('divide by zero'));
    expect([failure.status, failure.reason.message]).toEqual(['crashed', 'ort-web trapped: divide by zero']);
  });

  test('a size that overflows 32 bits is a lack of memory on wasm alone', () => {
    const error = new Error('SafeIntExceptionHandler::SafeIntOnOverflow() Integer overflow');
    expect(runFailure('ort-web', error).status).toBe('out-of-memory');
    expect(runFailure('ort-node', error).status).toBe('error');
  });

  test.each([
    '[ONNXRuntimeError] : 2 : INVALID_ARGUMENT : Tensor shape is too large',
    'Status Message: Tile output tensor would require more than 4294967296 bytes, which exceeds the supported maximum of 4294967296 bytes.',
    'Status Message: Failed to allocate memory for requested buffer of size 34359738368',
  ])('a tensor that no memory holds is a lack of memory: %s', (message) => {
    const failure = runFailure('ort-web', new Error(message));
    expect([failure.status, failure.reason.code]).toEqual(['out-of-memory', 'MEMORY_EXCEEDED']);
  });

  test('a wrong dimension belongs to the inputs', () => {
    const failure = runFailure(
      'ort-node',
      new Error('Got invalid dimensions for input: x for the following indices'),
    );
    expect(failure.reason.code).toBe('INPUT_REJECTED');
  });
});
