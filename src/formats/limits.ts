/** Limits for files that nobody vouches for. A header may never make the reader allocate more than the file itself justifies. */

/** Longest safetensors header, in bytes; the reference implementation has the same limit. */
export const MAX_SAFETENSORS_HEADER = 100_000_000;

/** Longest npy header, in bytes. NumPy itself stops at 10,000 characters; plain arrays need about 120. */
export const MAX_NPY_HEADER = 65_536;

/** Most axes of a tensor; NumPy's limit. */
export const MAX_AXES = 64;

/** Longest JSON text, in bytes; Node's strings end at 512 MB. */
export const MAX_JSON = 400_000_000;

/** Deepest nesting of a JSON text. */
export const MAX_JSON_DEPTH = 100;

/** An archive may always unpack to this many bytes … */
export const UNPACKED_FREE = 256 * 2 ** 20;

/** … and beyond that to so many times its own size. Deflate reaches 1,032 on zeros; real tensors stay below 10. */
export const UNPACKED_RATIO = 100;

/** Most bytes of one deflated entry, which is unpacked in memory; Node's buffers end at 4 GiB. */
export const MAX_INFLATED_ENTRY = 2 ** 32 - 1;
