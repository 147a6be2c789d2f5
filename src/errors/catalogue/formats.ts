import { entry, errorsOf } from '../define.ts';

const FORMATS_HINT =
  'Supported are .npy, .npz, .safetensors, ONNX TensorProto .pb, and .json; see `onnx-parity compare --help`.';

export const FORMAT_ERRORS = {
  TENSOR_FILE_NOT_FOUND: entry<{ path: string }>({
    when: 'A tensor file or folder does not exist.',
    message: ({ path }) => `Tensor file not found: ${path}`,
    hint: () => 'Check the path; relative paths start at the current folder.',
  }),
  TENSOR_FILE_UNREADABLE: entry<{ path: string; problem: string }>({
    when: 'The operating system refuses to read a tensor file, or it changes while it is read.',
    message: ({ path, problem }) => `Cannot read ${path}: ${problem}`,
    hint: () => 'Check that it is a file, that you may read it, and that nothing else is writing it.',
  }),
  TENSOR_FILE_EMPTY: entry<{ path: string }>({
    when: 'A tensor file has no bytes.',
    message: ({ path }) => `${path} is empty (0 bytes).`,
    hint: () => 'The program that wrote it probably stopped early; write it again.',
  }),
  TENSOR_FOLDER_EMPTY: entry<{ path: string }>({
    when: 'A folder given for tensors holds no tensor file.',
    message: ({ path }) => `No tensor files in ${path}`,
    hint: () => FORMATS_HINT,
  }),
  TENSOR_FORMAT_UNKNOWN: entry<{ path: string; looksLike: string }>({
    when: 'The content of a tensor file is none of the supported formats, whatever its extension says.',
    message: ({ path, looksLike }) => `${path} is not a tensor file: it looks like ${looksLike}.`,
    hint: () => FORMATS_HINT,
  }),
  TENSOR_FILE_MALFORMED: entry<{ path: string; format: string; problem: string }>({
    when: 'A tensor file breaks the rules of its format: truncated, corrupted, or with a header that does not fit its size.',
    message: ({ path, format, problem }) => `${path} is not a valid ${format} file: ${problem}.`,
    hint: () => 'The file is truncated or corrupted; write or copy it again.',
  }),
  TENSOR_FILE_TOO_LARGE: entry<{ path: string; problem: string }>({
    when: 'A tensor file declares or unpacks to more bytes than the documented limits allow.',
    message: ({ path, problem }) => `${path} is refused: ${problem}.`,
    hint: () =>
      'If you trust the file, store it uncompressed (np.savez) or split it; limits guard against archives that unpack to huge sizes.',
  }),
  TENSOR_NEEDS_PICKLE: entry<{ path: string; tensor: string }>({
    when: 'An array holds Python objects, which only unpickling could read; pickles can run code and are never loaded.',
    message: ({ path, tensor }) =>
      `${path}: "${tensor}" holds pickled Python objects, which are never loaded.`,
    hint: () =>
      'Save arrays of numbers: np.savez(path, name=np.asarray(value, dtype=np.float32)); ragged lists have to be padded first.',
  }),
  TENSOR_DTYPE_UNSUPPORTED: entry<{ path: string; tensor: string; dtype: string }>({
    when: 'A tensor has an element type that ONNX does not have, or that the file format cannot name.',
    message: ({ path, tensor, dtype }) => `${path}: "${tensor}" has the unsupported element type ${dtype}.`,
    hint: () =>
      'Convert it to a type that ONNX has before saving; bfloat16 and float8 arrays belong in .safetensors.',
  }),
  TENSOR_TYPE_UNSUPPORTED: entry<{ path: string; type: string }>({
    when: 'A .pb file holds something other than a dense tensor: a sequence, an optional, a model, a segment.',
    message: ({ path, type }) => `${path} holds ${type}; only dense tensors are supported.`,
    hint: () => 'Save each tensor on its own, as TensorProto .pb, .npy or .npz.',
  }),
  TENSOR_NAME_DUPLICATE: entry<{ path: string; tensor: string }>({
    when: 'Two tensors of one file or folder have the same name, so that one would hide the other.',
    message: ({ path, tensor }) => `${path} has two tensors named "${tensor}".`,
    hint: () => 'Write each name once.',
  }),
  TENSOR_ITERATION_NEEDED: entry<{ path: string; iterations: number }>({
    when: 'A file saved by Polygraphy holds several iterations and none was chosen.',
    message: ({ path, iterations }) => `${path} holds ${iterations} iterations; one has to be chosen.`,
    hint: () => 'Save one iteration per file: `polygraphy run --iterations 1 …`.',
  }),
  TENSOR_NOT_STORABLE: entry<{ tensor: string; dtype: string; format: string }>({
    when: 'A tensor is to be written in a format that has no form for its element type.',
    message: ({ tensor, dtype, format }) => `"${tensor}" is ${dtype}, which a ${format} file cannot hold.`,
    hint: () => 'Write it as JSON (.json), which holds every element type.',
  }),
  ARCHIVE_ENTRY_DUPLICATE: entry<{ path: string; entry: string }>({
    when: 'An .npz archive has two entries of one name.',
    message: ({ path, entry }) => `${path} has two entries named "${entry}".`,
    hint: () => 'Write the archive again with np.savez; an archive with hidden entries is refused.',
  }),
  ARCHIVE_ENTRIES_OVERLAP: entry<{ path: string; entry: string }>({
    when: 'Entries of an .npz archive share bytes, as in a decompression bomb.',
    message: ({ path, entry }) => `${path}: entry "${entry}" overlaps another one.`,
    hint: () => 'Write the archive again with np.savez; archives with overlapping entries are refused.',
  }),
  ARCHIVE_ENCRYPTED: entry<{ path: string; entry: string }>({
    when: 'An .npz archive is encrypted.',
    message: ({ path, entry }) => `${path}: entry "${entry}" is encrypted.`,
    hint: () => 'Write the archive without a password.',
  }),
  ARCHIVE_CHECKSUM: entry<{ path: string; entry: string }>({
    when: 'The checksum of an .npz entry does not fit its bytes.',
    message: ({ path, entry }) => `${path}: the checksum of entry "${entry}" is wrong.`,
    hint: () => 'The file is corrupted; write or copy it again.',
  }),
};

export const formatError = errorsOf(FORMAT_ERRORS);
