import { entry, errorsOf } from '../define.ts';

const EXPORT_AGAIN = 'Export or download the model again.';

export const ONNX_ERRORS = {
  MODEL_NOT_FOUND: entry<{ path: string }>({
    when: 'A model file does not exist.',
    message: ({ path }) => `Model not found: ${path}`,
    hint: () => 'Check the path; relative paths start at the current folder.',
  }),
  MODEL_UNREADABLE: entry<{ path: string; problem: string }>({
    when: 'The operating system refuses to read a model file.',
    message: ({ path, problem }) => `Cannot read the model ${path}: ${problem}`,
    hint: () => 'Check that it is a file and that you may read it.',
  }),
  MODEL_EMPTY: entry<{ path: string }>({
    when: 'A model file has no bytes.',
    message: ({ path }) => `The model ${path} is empty (0 bytes).`,
    hint: () => `The export or download probably stopped early. ${EXPORT_AGAIN}`,
  }),
  MODEL_IS_HTML: entry<{ path: string }>({
    when: 'A model file is a web page, as a download behind a login or a wrong address gives.',
    message: ({ path }) => `The model ${path} is an HTML page, not an ONNX model.`,
    hint: () =>
      'Download the file itself: on a code or model host, use its raw or resolve address, and log in.',
  }),
  MODEL_IS_LFS_POINTER: entry<{ path: string }>({
    when: 'A model file is a Git LFS pointer instead of the content.',
    message: ({ path }) => `The model ${path} is a Git LFS pointer; its content was never fetched.`,
    hint: () => 'Fetch it: `git lfs install && git lfs pull`.',
  }),
  MODEL_NOT_ONNX: entry<{ path: string; looksLike: string }>({
    when: 'A model file holds something else than a serialized ONNX ModelProto.',
    message: ({ path, looksLike }) => `${path} is not an ONNX model: it looks like ${looksLike}.`,
    hint: () => 'Give the .onnx file that torch.onnx.export, tf2onnx or another exporter wrote.',
  }),
  MODEL_TRUNCATED: entry<{ path: string; problem: string }>({
    when: 'A model file begins like an ONNX model but ends early or is corrupted.',
    message: ({ path, problem }) => `The model ${path} is truncated or corrupted: ${problem}.`,
    hint: () => `Compare its size with the original. ${EXPORT_AGAIN}`,
  }),
  EXTERNAL_DATA_ESCAPES: entry<{ path: string; tensor: string; location: string; problem: string }>({
    when: 'Weights are said to lie outside the folder of the model: an absolute path, `..`, a link, or a name with NUL.',
    message: ({ path, tensor, location, problem }) =>
      `${path}: the data of "${tensor}" points to ${JSON.stringify(location)}, which is refused: ${problem}.`,
    hint: () =>
      'Keep external data beside the model: onnx.save_model(model, path, save_as_external_data=True, location="weights.bin").',
  }),
  EXTERNAL_DATA_MISSING: entry<{ path: string; tensor: string; location: string }>({
    when: 'The file with the external data of a model is not there.',
    message: ({ path, tensor, location }) =>
      `${path}: the external data file ${JSON.stringify(location)} of "${tensor}" does not exist.`,
    hint: () => 'Copy it beside the model; both files belong together.',
  }),
  EXTERNAL_DATA_RANGE: entry<{ path: string; tensor: string; location: string; problem: string }>({
    when: 'The offset or length of external data lies outside its file, or does not fit the tensor.',
    message: ({ path, tensor, location, problem }) =>
      `${path}: the external data of "${tensor}" in ${JSON.stringify(location)} is wrong: ${problem}.`,
    hint: () => `The data file is truncated or belongs to another model. ${EXPORT_AGAIN}`,
  }),
  INITIALIZER_UNREADABLE: entry<{ path: string; tensor: string; problem: string }>({
    when: 'A weight of a model cannot be decoded.',
    message: ({ path, tensor, problem }) => `${path}: the weight "${tensor}" cannot be read: ${problem}.`,
    hint: () => EXPORT_AGAIN,
  }),
  VALUE_NOT_IN_GRAPH: entry<{ value: string; suggestion: string }>({
    when: 'An intermediate value that is to be exposed does not exist in the main graph.',
    message: ({ value }) => `The graph computes no value named "${value}".`,
    hint: ({ suggestion }) => suggestion,
  }),
  TEST_DATA_MISMATCH: entry<{ path: string; problem: string }>({
    when: 'The files of a test data folder do not fit the inputs or outputs of its model.',
    message: ({ path, problem }) => `${path} does not fit the model: ${problem}.`,
    hint: () => 'input_K.pb and output_K.pb follow the order of the inputs and outputs of the model.',
  }),
};

export const onnxError = errorsOf(ONNX_ERRORS);
