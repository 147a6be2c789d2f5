export type { Reproduce } from './check.ts';
export type { RunEvents } from './events.ts';
export { compareFiles, type CompareFilesRequest } from './compare-files.ts';
export { exitCodeOf, summarise } from './exit-code.ts';
export { describeHost, describeSource } from './host.ts';
export type { JudgeOptions } from './judge.ts';
export { run, type RunRequest } from './run.ts';
