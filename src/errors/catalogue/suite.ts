import { entry, errorsOf } from '../define.ts';

const known = (names: readonly string[]): string =>
  names.length === 0 ? 'There are none.' : `There are: ${names.join(', ')}.`;

const SYNTAX_HINTS = {
  json: 'JSON needs double quotes around every key and text, and no comments or trailing commas; suite.yaml allows all of these.',
  yaml: 'YAML needs spaces for indentation, a space after each colon, and quotes around texts that hold ": " or " #".',
  duplicate: 'Keep one of the two, or give the other another name.',
  tag: 'Suite files hold plain data alone; write a suite.ts where something must be computed.',
  expansion: 'Write the values out, or keep them in an npz or safetensors file.',
};

export const SUITE_ERRORS = {
  SUITE_INVALID: entry<{ file: string; problems: readonly string[]; more: number }>({
    when: 'A suite file can be read, but something in it is not what the schema asks for.',
    message: ({ problems, more }) =>
      more === 0 ? problems.join('\n') : `${problems.join('\n')}\n… and ${more} more`,
    hint: () => 'docs/suites.md lists every key; `onnx-parity init MODEL` writes a suite that works.',
  }),
  SUITE_SYNTAX: entry<{ file: string; problems: readonly string[]; kind: keyof typeof SYNTAX_HINTS }>({
    when: 'A suite file is not YAML or JSON, or uses what is refused there: duplicate keys, custom tags, anchor bombs.',
    message: ({ problems }) => problems.join('\n'),
    hint: ({ kind }) => SYNTAX_HINTS[kind],
  }),
  SUITE_UNREADABLE: entry<{ file: string; problem: string }>({
    when: 'A suite file cannot be opened, is larger than 16 MiB, or is not text.',
    message: ({ file, problem }) => `${file}: ${problem}`,
    hint: () =>
      'A suite file is a small text file; large inputs belong in an npz or safetensors file beside it.',
  }),
  SUITE_SCRIPT_FAILED: entry<{ file: string; where: string; problem: string }>({
    when: 'A suite.ts or suite.js throws, or cannot be compiled.',
    message: ({ where, problem }) => `${where}: ${problem}`,
    hint: ({ file }) => `${file} must run without arguments and give its suite as the default export.`,
  }),
  SUITE_SCRIPT_EXPORT: entry<{ file: string; given: string }>({
    when: 'A suite.ts or suite.js has no default export that is a suite.',
    message: ({ file, given }) => `${file}: expected the suite as default export, got ${given}`,
    hint: () =>
      "Write `import { defineSuite } from 'onnx-parity'; export default defineSuite({ model: 'model.onnx', cases: { … } });`.",
  }),
  SUITE_SCRIPT_HANGS: entry<{ file: string; seconds: number | null }>({
    when: 'A suite.ts or suite.js does not finish.',
    message: ({ file, seconds }) =>
      seconds === null
        ? `${file}: waits for something that never happens`
        : `${file}: did not finish within ${seconds} s`,
    hint: () => 'Look for an endless loop, or an `await` of something that never settles.',
  }),
  SUITE_SCRIPT_ENDED: entry<{ file: string; exitCode: number }>({
    when: 'A suite.ts or suite.js ends its process.',
    message: ({ file, exitCode }) => `${file}: ended with exit code ${exitCode} before it gave its suite`,
    hint: () => 'Take `process.exit` out of the suite file and what it imports.',
  }),
  SUITE_FILE_MISSING: entry<{ folder: string }>({
    when: 'A folder that should be a suite has no suite file and is not in the ONNX backend layout.',
    message: ({ folder }) => `${folder}: no suite file`,
    hint: ({ folder }) =>
      `Add ${folder}/suite.yaml (or .yml, .json, .ts, .mts, .js, .mjs); \`onnx-parity init MODEL\` writes a first one.`,
  }),
  SUITE_FILE_AMBIGUOUS: entry<{ folder: string; files: readonly string[] }>({
    when: 'A folder has more than one suite file.',
    message: ({ folder, files }) => `${folder}: more than one suite file (${files.join(', ')})`,
    hint: () => 'Keep one of them.',
  }),
  SUITE_NOT_FOUND: entry<{ name: string; available: readonly string[]; suggestion: string | null }>({
    when: 'A suite asked for by name, pattern or path does not exist.',
    message: ({ name, suggestion }) =>
      `No suite matches "${name}"${suggestion === null ? '' : `; did you mean "${suggestion}"?`}`,
    hint: ({ available }) =>
      available.length === 0
        ? 'There are no suites under suites/; `onnx-parity init MODEL` writes a first one.'
        : known(available),
  }),
  SUITES_NONE: entry<{ folder: string }>({
    when: 'The project has no suites.',
    message: ({ folder }) => `There are no suites in ${folder}`,
    hint: () => '`onnx-parity init MODEL` writes a first suite from a model.',
  }),
  SUITE_DUPLICATE: entry<{ name: string; first: string; second: string }>({
    when: 'Two suites of one run have the same name.',
    message: ({ name, first, second }) => `Two suites are named "${name}": ${first} and ${second}`,
    hint: () => 'Rename one of the folders, or run them one at a time.',
  }),
  TARGET_MALFORMED: entry<{ text: string; problem: string }>({
    when: 'A target is not written as runtime/provider or runtime/provider@optimization.',
    message: ({ text, problem }) => `Target "${text}": ${problem}`,
    hint: () =>
      'Targets look like ort-node/cpu, ort-web/wasm or ort-node/cpu@disabled; `onnx-parity doctor` lists those of this host.',
  }),
  INPUT_TOO_LARGE: entry<{ input: string; shape: readonly number[]; limit: number }>({
    when: 'An input of a case has more elements than can be held.',
    message: ({ input, shape, limit }) =>
      `Input "${input}" of shape [${shape.join(', ')}] has more than ${limit} elements`,
    hint: () => 'Make the shape smaller.',
  }),
  INPUT_UNMAKEABLE: entry<{ input: string; problem: string }>({
    when: 'An input of a case cannot be made as the suite describes it.',
    message: ({ input, problem }) => `Input "${input}": ${problem}`,
    hint: () => 'Change dtype, shape or values of this input in the suite file.',
  }),
  INPUT_KEY_MISSING: entry<{ input: string; file: string; key: string; available: readonly string[] }>({
    when: 'The file of an input does not hold the tensor that is asked for.',
    message: ({ input, file, key }) => `Input "${input}": ${file} holds no tensor "${key}"`,
    hint: ({ available }) => `Set \`key\` to one of: ${available.join(', ')}.`,
  }),
  DATA_SET_UNREADABLE: entry<{ folder: string; problem: string }>({
    when: 'A test_data_set folder lacks files or does not fit its model.',
    message: ({ folder, problem }) => `${folder}: ${problem}`,
    hint: () =>
      'A data set holds input_0.pb … input_N.pb and output_0.pb … output_M.pb, in the order of the model.',
  }),
};

export const suiteError = errorsOf(SUITE_ERRORS);
