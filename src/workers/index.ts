export type { Execution, Executor, Job } from './types.ts';
export { createExecutor, defaultJobs, defaultMemoryLimit, type ExecutorOptions } from './executor.ts';
export { describeRuntimes, probeTargets, type ProbeOptions, type RuntimeDescription } from './probe.ts';
