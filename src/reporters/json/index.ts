export { parseRunDocument } from './parse.ts';
export { runJsonSchema } from './schema.ts';
export { runChunks, serialiseRun, wireSafe } from './serialise.ts';
