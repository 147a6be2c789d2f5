import { entry, errorsOf } from '../define.ts';

export const HISTORY_ERRORS = {
  HISTORY_ENGINE: entry<{ problem: string }>({
    when: 'DuckDB, which reads the run history, cannot be loaded on this host.',
    message: ({ problem }) => `The run history cannot be read: DuckDB does not load (${problem}).`,
    hint: () => 'Install it again: npm install @duckdb/node-api. Runs and reports work without it.',
  }),
  HISTORY_UNREADABLE: entry<{ from: string; problem: string }>({
    when: 'A path or prefix given for the history cannot be read.',
    message: ({ from, problem }) => `No history in ${from}: ${problem}`,
    hint: () => 'Name a folder of runs, a Parquet file, or a prefix such as s3://bucket/reports.',
  }),
  NO_RUNS: entry<{ folder: string }>({
    when: 'A command needs stored runs and there are none.',
    message: ({ folder }) => `There is no whole run in ${folder}.`,
    hint: () => 'Make one: onnx-parity run',
  }),
  RUN_INCOMPLETE: entry<{ run: string; use: string }>({
    when: 'A run that was interrupted, or one shard of a run, is to be used as if it were whole.',
    message: ({ run, use }) => `Run ${run} is not whole and cannot be ${use}.`,
    hint: () => 'Take a run that finished; join shards first: onnx-parity merge RUN…',
  }),
  RUN_EMPTY: entry<{ run: string }>({
    when: 'A run without checks is to be approved as the baseline.',
    message: ({ run }) => `Run ${run} has no checks to approve.`,
    hint: () => 'Take a run that executed at least one check.',
  }),
  NO_RUN_ON_BRANCH: entry<{ branch: string; available: string }>({
    when: '`--against branch:NAME` names a branch without a whole run in the store.',
    message: ({ branch }) => `No whole run of branch ${branch} is stored.`,
    hint: ({ available }) => available,
  }),
  NO_BASELINE: entry<{ suites: string }>({
    when: '`--against baseline` is asked for and no suite of the run has an approved baseline.',
    message: ({ suites }) => `There is no baseline for ${suites}.`,
    hint: () => 'Approve a run: onnx-parity baseline set latest --reason "first baseline"',
  }),
  BASELINE_INVALID: entry<{ path: string; problem: string }>({
    when: 'A `baseline.json` is damaged or does not have the published form.',
    message: ({ path, problem }) => `${path} is not a baseline: ${problem}`,
    hint: () =>
      'Take it back from version control, or approve a run again: onnx-parity baseline set RUN --reason TEXT',
  }),
  BASELINE_NEWER: entry<{ path: string; found: number; known: number }>({
    when: 'A `baseline.json` was written by a newer version of the tool.',
    message: ({ path, found, known }) =>
      `${path} has schema version ${found}; this version of onnx-parity reads up to ${known}.`,
    hint: () => 'Install the version of onnx-parity that wrote it, or a newer one.',
  }),
  BASELINE_REASON: entry<Record<string, never>>({
    when: 'A baseline is set without a reason.',
    message: () => 'A baseline needs a reason: it is what a reviewer reads.',
    hint: () => 'Give one: onnx-parity baseline set RUN --reason "runtime 1.31, numbers reviewed"',
  }),
  BASELINE_SHRINKS: entry<{ suite: string; lost: number; example: string }>({
    when: 'The run to be approved lacks checks that the present baseline holds, for example because cases were selected.',
    message: ({ suite, lost, example }) =>
      `The baseline of ${suite} would lose ${lost} check${lost === 1 ? '' : 's'}, among them ${example}.`,
    hint: () => 'Run the whole suite first, or accept the loss with --force.',
  }),
  KNOWN_FAILURES_INVALID: entry<{ path: string; line: number; problem: string }>({
    when: '`suites/known-failures.yaml` cannot be read or has an entry without a reason or an expiry date.',
    message: ({ path, line, problem }) => `${path}${line > 0 ? `:${line}` : ''}: ${problem}`,
    hint: () =>
      'Each entry needs `reason` and `expires: YYYY-MM-DD`, and at least one of `suite`, `model`, `case`, `target`, `output`.',
  }),
  SHARD_INVALID: entry<{ given: string; from: string }>({
    when: 'A shard is not of the form i/n with 1 ≤ i ≤ n.',
    message: ({ given, from }) => `${from}: "${given}" is no shard.`,
    hint: () => 'Shards count from 1: --shard 2/4 is the second of four.',
  }),
  SHARD_AUTO: entry<Record<string, never>>({
    when: '`--shard auto` is asked for where no known scheduler says which shard this is.',
    message: () => '--shard auto: no scheduler names a shard here.',
    hint: () =>
      'Set ONNX_PARITY_SHARD=2/4 (GitHub Actions), or use the variables of GitLab, Buildkite, a Kubernetes Indexed Job or a Slurm array.',
  }),
  MERGE_NOTHING: entry<Record<string, never>>({
    when: '`merge` is given fewer runs than one.',
    message: () => 'There is nothing to merge.',
    hint: () => 'Name run folders or documents: onnx-parity merge shard-1 shard-2',
  }),
  MERGE_PLANS_DIFFER: entry<{ runs: string }>({
    when: 'Shards that are merged come from different plans.',
    message: ({ runs }) => `The shards are parts of different plans: ${runs}.`,
    hint: () => 'Run all shards from one commit with the same arguments and the same n in --shard i/n.',
  }),
  MERGE_WHOLE_AND_SHARD: entry<{ run: string }>({
    when: 'A shard is merged with a run that is no shard.',
    message: ({ run }) => `Run ${run} is no shard, the others are.`,
    hint: () => 'Merge either the shards of one plan, or whole runs of different hosts.',
  }),
  MERGE_SHARDS_MISSING: entry<{ missing: string; total: number }>({
    when: 'A shard of the plan is not among the merged runs.',
    message: ({ missing, total }) => `Of ${total} shards these did not report: ${missing}.`,
    hint: ({ missing, total }) =>
      `Run them again and merge once more: onnx-parity run --shard ${missing.split(',')[0] ?? ''}/${total}`,
  }),
  MERGE_INTERRUPTED: entry<{ run: string }>({
    when: 'A merged run was interrupted: what is missing in it was not judged.',
    message: ({ run }) => `Run ${run} did not finish.`,
    hint: () => 'Complete it with `onnx-parity run --resume`, or run it again.',
  }),
  MERGE_COMMITS_DIFFER: entry<{ commits: string }>({
    when: 'Merged runs were made from different commits.',
    message: ({ commits }) => `The runs come from different commits: ${commits}.`,
    hint: () => 'Run all of them from one commit.',
  }),
  MERGE_MODELS_DIFFER: entry<{ model: string }>({
    when: 'Merged runs saw different bytes of one model.',
    message: ({ model }) => `The runs saw different files as ${model}.`,
    hint: () => 'Give all hosts the same model files.',
  }),
  MERGE_UNREADABLE: entry<{ run: string; problem: string }>({
    when: 'A run named for merging is not there or cannot be read.',
    message: ({ run, problem }) => `${run} could not be merged: ${problem}`,
    hint: () => 'Bring its folder here, or run that part again.',
  }),
};

export const historyError = errorsOf(HISTORY_ERRORS);
