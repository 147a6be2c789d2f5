/** Which part of a plan this host runs: given as `i/n`, or read from the variables that a scheduler sets. */
import { createHash } from 'node:crypto';
import { historyError } from '../errors/catalogue/history.ts';
import type { PlannedRef, Shard } from '../result/index.ts';

export interface ShardChoice {
  /** From 1. */
  readonly index: number;
  readonly total: number;
}

type Env = Readonly<Record<string, string | undefined>>;

/** The value of `--shard`: `2/4`, or `auto` for what the scheduler says; `null` where it is not given. */
export function chooseShard(given: string | undefined, env: Env): ShardChoice | null {
  if (given === undefined) return null;
  if (given !== 'auto') return parseShard(given, '--shard');
  const found = detectShard(env);
  if (found === null) throw historyError('SHARD_AUTO', {});
  return found;
}

export function parseShard(text: string, from: string): ShardChoice {
  const found = /^(\d{1,6})\/(\d{1,6})$/.exec(text.trim());
  const [index, total] = [Number(found?.[1] ?? 0), Number(found?.[2] ?? 0)];
  if (index < 1 || index > total) throw historyError('SHARD_INVALID', { given: text, from });
  return { index, total };
}

/**
 * What the scheduler says. `ONNX_PARITY_SHARD=i/n` wins. `ONNX_PARITY_SHARDS=n` gives the number where the scheduler
 * does not (Kubernetes), or gives it only for the whole array (Slurm: one task run again counts as an array of one).
 */
export function detectShard(env: Env): ShardChoice | null {
  const own = env['ONNX_PARITY_SHARD'];
  if (own) return parseShard(own, 'ONNX_PARITY_SHARD');
  for (const { index, total, first } of SCHEDULERS) {
    const at = env[index];
    if (!at) continue;
    const count = env['ONNX_PARITY_SHARDS'] || (total === null ? undefined : env[total]);
    if (!count) continue;
    const start =
      env['ONNX_PARITY_SHARDS'] && index === 'SLURM_ARRAY_TASK_ID'
        ? '0'
        : first === null
          ? '0'
          : /^\d+$/.test(first)
            ? first
            : (env[first] ?? '0');
    const stride = index === 'SLURM_ARRAY_TASK_ID' ? Number(env['SLURM_ARRAY_TASK_STEP'] || 1) : 1;
    return parseShard(`${(Number(at) - Number(start)) / stride + 1}/${count}`, index);
  }
  return null;
}

/** Variable of the index, variable of the count, and the first index: a number, or the variable that holds it. */
const SCHEDULERS: readonly {
  readonly index: string;
  readonly total: string | null;
  readonly first: string | null;
}[] = [
  // GitHub Actions sets none by itself; the template passes `strategy.job-index` and `strategy.job-total` on.
  { index: 'STRATEGY_JOB_INDEX', total: 'STRATEGY_JOB_TOTAL', first: '0' },
  { index: 'CI_NODE_INDEX', total: 'CI_NODE_TOTAL', first: '1' },
  { index: 'BUILDKITE_PARALLEL_JOB', total: 'BUILDKITE_PARALLEL_JOB_COUNT', first: '0' },
  { index: 'JOB_COMPLETION_INDEX', total: null, first: '0' },
  { index: 'SLURM_ARRAY_TASK_ID', total: 'SLURM_ARRAY_TASK_COUNT', first: 'SLURM_ARRAY_TASK_MIN' },
];

type Named = Pick<PlannedRef, 'suite' | 'model' | 'case'>;

/**
 * The shard of each planned case, from 1. All targets of a case go together, so that its reference is made once; cases
 * are dealt out in the order of a hash of their name, so that shards are even and no suite falls to one shard alone.
 */
export function shardsOf(planned: readonly Named[], total: number): readonly number[] {
  const names = planned.map((item) => JSON.stringify([item.suite, item.model, item.case]));
  const byHash = [...new Set(names)]
    .map((name) => ({ name, hash: sha256(name) }))
    .toSorted((left, right) => (left.hash < right.hash ? -1 : 1));
  const shard = new Map(byHash.map(({ name }, at) => [name, (at % total) + 1]));
  return names.map((name) => shard.get(name) ?? 1);
}

/** The part of a plan that falls to one shard, and what the result document says about it. */
export function partOf<T>(
  planned: readonly T[],
  refOf: (item: T) => Omit<PlannedRef, 'shard'>,
  { index, total }: ShardChoice,
): { readonly mine: readonly T[]; readonly shard: Shard } {
  const refs = planned.map((item) => refOf(item));
  const shards = shardsOf(refs, total);
  const all = refs.map(({ suite, model, case: name, target }, at) => ({
    suite,
    model,
    case: name,
    target,
    shard: shards[at] ?? 1,
  }));
  return {
    mine: planned.filter((_, at) => shards[at] === index),
    shard: {
      index,
      total,
      planSha256: sha256(
        JSON.stringify([
          total,
          refs.map(({ suite, model, case: name, target }) => [suite, model, name, target]),
        ]),
      ),
      planned: all,
    },
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
