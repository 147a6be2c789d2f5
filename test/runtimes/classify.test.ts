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

  test('a trap of WebAssembly is a crash', () => {
    const failure = runFailure('ort-web', trap('divide by zero'));
    expect([failure.status, failure.reason.message]).toEqual(['crashed', 'ort-web trapped: divide by zero']);
  });

  test('a size that overflows 32 bits is a lack of memory on wasm alone', () => {
    const error = new Error('SafeIntExceptionHandler::SafeIntOnOverflow() Integer overflow');
    expect(runFailure('ort-web', error).status).toBe('out-of-memory');
    expect(runFailure('ort-node', error).status).toBe('error');
  });

  test('a wrong dimension belongs to the inputs', () => {
    const failure = runFailure(
      'ort-node',
      new Error('Got invalid dimensions for input: x for the following indices'),
    );
    expect(failure.reason.code).toBe('INPUT_REJECTED');
  });
});
