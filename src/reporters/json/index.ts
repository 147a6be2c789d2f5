export { parseRunDocument } from './parse.ts';
export { runJsonSchema } from './schema.ts';
export { runChunks, serialiseRun } from './serialise.ts';
