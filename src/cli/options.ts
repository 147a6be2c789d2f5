import { cliError } from '../errors/catalogue/cli.ts';

/** One option of the command line. The table below is the only list: help, docs and completion are made from it. */
export interface OptionSpec {
  /** As commander reads it: `--target <name>`. */
  readonly flags: string;
  readonly description: string;
  /** May be given several times, one value each. */
  readonly repeatable?: true;
  readonly parse?: (text: string) => unknown;
}

export const OPTIONS = {
  json: {
    flags: '--json [file]',
    description: 'write the result document: --json to stdout, --json=FILE to a file',
  },
  project: {
    flags: '--project <dir>',
    description: 'folder with suites/ and goldens/ (default: the nearest one upwards)',
  },
  out: { flags: '--out <dir>', description: 'where runs are kept (default: reports/ in the project)' },
  target: {
    flags: '--target <name>',
    description: 'a target such as ort-web/wasm, one for each --target',
    repeatable: true,
  },
  case: { flags: '--case <name>', description: 'only this case, or a pattern', repeatable: true },
  model: {
    flags: '--model <name>',
    description: 'only this model of a suite, or a pattern',
    repeatable: true,
  },
  jobs: {
    flags: '--jobs <n>',
    description: 'worker processes at once (default: one per core, four at most)',
    parse: positiveInteger('--jobs'),
  },
  memory: {
    flags: '--memory <mib>',
    description: 'MiB that one worker may hold (default: three quarters of the host’s, shared by the jobs)',
    parse: positiveInteger('--memory'),
  },
  evidence: {
    flags: '--evidence <mib>',
    description:
      'MiB for expected and actual tensors of failures in the folder of the run (default: 64; 0: none)',
    parse: wholeNumber('--evidence'),
  },
  timeout: {
    flags: '--timeout <seconds>',
    description: 'for load and for run separately (default: 60)',
    parse: positive('--timeout'),
  },
  repeat: {
    flags: '--repeat <n>',
    description: 'run each case n times and compare the bits (default: twice where a run takes under 20 ms)',
    parse: positiveInteger('--repeat'),
  },
  only: {
    flags: '--only <pattern>',
    description: 'only what matches: suite, model, case, suite/case or suite/model/case; * and ? as in globs',
    repeatable: true,
  },
  retry: {
    flags: '--retry <n>',
    description: 'try a case that did not pass up to n times more; one that then passes is called flaky',
    parse: positiveInteger('--retry'),
  },
  shuffle: {
    flags: '--shuffle',
    description: 'execute in a random order; the result keeps the order of the suites',
  },
  seed: {
    flags: '--seed <n>',
    description: 'the order of --shuffle: the same number gives the same order',
    parse: wholeNumber('--seed'),
  },
  resume: {
    flags: '--resume [run]',
    description: 'complete an interrupted run: the latest one, or the one named',
  },
  failFast: { flags: '--fail-fast', description: 'stop at the first check that does not pass' },
  reference: {
    flags: '--reference <file>',
    description: 'expected outputs: npz, npy, safetensors, pb, JSON or a folder of them',
  },
  referenceKind: {
    flags: '--reference <kind>',
    description: 'golden, live or both, whatever the suites say; `live:NAME` and `both:NAME` name the source',
  },
  inputs: {
    flags: '--inputs <file>',
    description: 'inputs: npz, npy, safetensors, pb, JSON or a folder of them',
  },
  pairBy: {
    flags: '--pair-by <how>',
    description: 'pair outputs by `name` (default) or by `order`',
    parse: oneOf('--pair-by', ['name', 'order']),
  },
  optimization: {
    flags: '--optimization <level>',
    description: 'graph optimisation: disabled, basic, extended, layout or all (default)',
    parse: oneOf('--optimization', ['disabled', 'basic', 'extended', 'layout', 'all']),
  },
  threads: {
    flags: '--threads <n>',
    description: 'intra-op threads of the runtime (default: 1)',
    parse: positiveInteger('--threads'),
  },
  atol: { flags: '--atol <x>', description: 'absolute part of the mismatch bound', parse: limit('--atol') },
  rtol: { flags: '--rtol <x>', description: 'relative part of the mismatch bound', parse: limit('--rtol') },
  linf: { flags: '--linf <x>', description: 'largest |actual − expected|', parse: limit('--linf') },
  mse: { flags: '--mse <x>', description: 'mean squared error', parse: limit('--mse') },
  rmse: { flags: '--rmse <x>', description: 'root of the mean squared error', parse: limit('--rmse') },
  meanAbs: { flags: '--mean-abs <x>', description: 'mean |actual − expected|', parse: limit('--mean-abs') },
  maxRel: { flags: '--max-rel <x>', description: 'largest relative error', parse: limit('--max-rel') },
  maxUlp: {
    flags: '--max-ulp <x>',
    description: 'largest distance in units in the last place',
    parse: limit('--max-ulp'),
  },
  cosine: { flags: '--cosine <x>', description: 'smallest cosine similarity', parse: real('--cosine') },
  snrDb: {
    flags: '--snr-db <x>',
    description: 'smallest signal-to-noise ratio in dB',
    parse: real('--snr-db'),
  },
  mismatchShare: {
    flags: '--mismatch-share <x>',
    description: 'share of mismatches allowed, 0 to 1',
    parse: limit('--mismatch-share'),
  },
  topK: {
    flags: '--top-k <k>',
    description: 'the k best entries must agree',
    parse: positiveInteger('--top-k'),
  },
  expect: {
    flags: '--expect <expression>',
    description: 'a bound such as "linf <= 1e-4 * max(1, refMax)"',
    repeatable: true,
  },
  profile: { flags: '--profile <name>', description: 'a named tolerance profile; see docs/tolerances.md' },
  defaults: { flags: '--no-defaults', description: 'drop the default bounds; only explicit ones remain' },
  metrics: {
    flags: '--metrics <set>',
    description: 'core, full (default) or all',
    parse: oneOf('--metrics', ['core', 'full', 'all']),
  },
  yes: { flags: '--yes', description: 'accept without asking (needed where there is no terminal)' },
  reason: { flags: '--reason <text>', description: 'why; kept with what is approved' },
  source: { flags: '--source <name>', description: 'which source of the suite to record from' },
  truth: {
    flags: '--truth',
    description: 'also run the source in float64 and store how far the golden is from it',
  },
  discard: { flags: '--discard', description: 'drop the proposals instead of accepting them' },
  fusions: {
    flags: '--fusions',
    description:
      'also load the model and list what each optimisation level makes of its nodes, on --target (default: ort-node/cpu)',
  },
  strict: { flags: '--strict', description: 'exit 1 on any finding' },
  force: { flags: '--force', description: 'replace what is there' },
  name: { flags: '--name <suite>', description: 'name of the suite (default: that of the model file)' },
  against: {
    flags: '--against <what>',
    description:
      'hold every check against `baseline`, a stored run, `last`, or `branch:NAME`; what regressed or is gone fails',
  },
  shard: {
    flags: '--shard <i/n>',
    description:
      'run one part of the plan: 2/4, or `auto` for what the scheduler says; join the parts with `merge`',
  },
  keep: {
    flags: '--keep <n>',
    description: 'how many of the newest runs stay',
    parse: positiveInteger('--keep'),
  },
  suite: { flags: '--suite <name>', description: 'only this suite, or a pattern', repeatable: true },
  output: { flags: '--output <name>', description: 'only this output, or a pattern', repeatable: true },
  metric: { flags: '--metric <name>', description: 'follow this metric (default: linf)' },
  last: { flags: '--last <n>', description: 'only the newest n runs', parse: positiveInteger('--last') },
  from: {
    flags: '--from <where>',
    description: 'read the history from this folder of runs, Parquet file or object-storage prefix',
  },
  patch: { flags: '--patch <file>', description: 'write the proposed bounds as a patch to the suite files' },
  html: { flags: '--html <file>', description: 'also write the HTML report to this file' },
} as const satisfies Record<string, OptionSpec>;

export type OptionName = keyof typeof OPTIONS;

function positiveInteger(flag: string): (text: string) => number {
  return number(flag, 'a whole number from 1', (value) => Number.isInteger(value) && value >= 1);
}

function wholeNumber(flag: string): (text: string) => number {
  return number(flag, 'a whole number from 0', (value) => Number.isSafeInteger(value) && value >= 0);
}

function positive(flag: string): (text: string) => number {
  return number(flag, 'a number above 0', (value) => Number.isFinite(value) && value > 0);
}

function limit(flag: string): (text: string) => number {
  return number(flag, 'a number from 0', (value) => Number.isFinite(value) && value >= 0);
}

function real(flag: string): (text: string) => number {
  return number(flag, 'a number', (value) => Number.isFinite(value));
}

function number(flag: string, wanted: string, accepts: (value: number) => boolean): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (!accepts(value)) throw cliError('OPTION_VALUE', { flag, wanted, given: text });
    return value;
  };
}

function oneOf(flag: string, words: readonly string[]): (text: string) => string {
  return (text) => {
    if (!words.includes(text))
      throw cliError('OPTION_VALUE', { flag, wanted: words.join(', '), given: text });
    return text;
  };
}
