/** Joins runs into one: shards of a plan, or runs of different hosts. What conflicts or is missing fails by name. */
import { historyError } from '../errors/catalogue/history.ts';
import type { Check, RunDocument, RunProblem, Shard, SuiteInfo, TargetInfo } from '../result/index.ts';
import { differenceOf, sameResult } from './same-result.ts';
import { historyReason } from './reason-texts.ts';
import { keyOf } from './types.ts';

/** A merged document less what its writer decides: id, command, version, exit code and summary. */
export type MergedParts = Omit<RunDocument, 'runId' | 'command' | 'tool' | 'exitCode' | 'summary'>;

/** Throws MERGE_NOTHING without documents. Everything else that is wrong is in the result: in `problems`, or as checks that fail. */
export function mergeRuns(documents: readonly RunDocument[]): MergedParts {
  const runs = distinctRuns(documents);
  const [first] = runs;
  if (first === undefined) throw historyError('MERGE_NOTHING', {});
  const shards = runs.flatMap(({ shard }) => (shard === undefined ? [] : [shard]));
  const checks = inPlannedOrder([...joinChecks(runs), ...gaps(runs, shards)], shards);
  const starts = runs.map(({ startedAt }) => Date.parse(startedAt));
  const start = Math.min(...starts);
  const end = Math.max(...runs.map(({ durationMs }, at) => (starts[at] ?? 0) + durationMs));
  return {
    schemaVersion: first.schemaVersion,
    startedAt: Number.isFinite(start) ? new Date(start).toISOString() : first.startedAt,
    durationMs: Number.isFinite(end - start) ? end - start : first.durationMs,
    host: first.host,
    source: sourceOf(runs),
    // An interrupted shard is made up for by gaps that fail; without a plan nobody knows what is missing.
    complete: runs.every(({ complete, shard }) => complete || shard !== undefined),
    merged: runs.map(({ runId, host, shard }) => ({
      runId,
      host,
      ...(shard === undefined ? {} : { shard: `${shard.index}/${shard.total}` }),
    })),
    suites: joinSuites(runs),
    targets: joinTargets(runs),
    problems: [...distinctProblems(runs.flatMap(({ problems }) => problems)), ...conflictsOf(runs, shards)],
    checks,
  };
}

/** The same run named twice is one run. */
function distinctRuns(documents: readonly RunDocument[]): readonly RunDocument[] {
  return [...new Map(documents.map((document) => [document.runId, document])).values()];
}

function joinChecks(runs: readonly RunDocument[]): readonly Check[] {
  const joined = new Map<string, { check: Check; runId: string }>();
  const executed = executedIn(runs);
  for (const { runId, checks } of runs) {
    for (const check of checks) {
      const key = keyOf(check);
      const before = joined.get(key);
      // A host that could not run a case names no outputs; another that ran it does.
      if (check.output === null && check.status === 'unavailable' && executed.has(caseOf(check))) continue;
      if (before === undefined) joined.set(key, { check, runId });
      else joined.set(key, resolve(before, { check, runId }));
    }
  }
  return [...joined.values()].map(({ check }) => check);
}

function executedIn(runs: readonly RunDocument[]): ReadonlySet<string> {
  return new Set(
    runs.flatMap(({ checks }) =>
      checks.filter(({ status }) => status !== 'unavailable').map((check) => caseOf(check)),
    ),
  );
}

function caseOf({ suite, model, case: name, target }: Check): string {
  return JSON.stringify([suite, model, name, target]);
}

interface Found {
  readonly check: Check;
  readonly runId: string;
}

/** Alike: the first. Unavailable here and run there: what was run. Else a conflict, told at the worse of the two. */
function resolve(left: Found, right: Found): Found {
  if (sameResult(left.check, right.check)) return left;
  if (left.check.status === 'unavailable') return right;
  if (right.check.status === 'unavailable') return left;
  const worse = RANK[right.check.verdict ?? 'none'] > RANK[left.check.verdict ?? 'none'] ? right : left;
  const reason = historyReason.resultsDiffer(
    [left.runId, right.runId],
    differenceOf(left.check, right.check),
  );
  const { check } = worse;
  return {
    runId: worse.runId,
    check: {
      ...check,
      verdict: check.verdict === 'pass' ? 'unverified' : check.verdict,
      reasons: [...check.reasons, reason],
    },
  };
}

const RANK = { pass: 0, unverified: 1, void: 2, fail: 3, none: 4 } as const;

/** One row for every planned case on a target that no run has a result for. */
function gaps(runs: readonly RunDocument[], shards: readonly Shard[]): readonly Check[] {
  const present = new Set(runs.flatMap(({ checks }) => checks.map((check) => caseOf(check))));
  const [plan] = shards;
  if (plan === undefined) return [];
  return plan.planned
    .filter(
      ({ suite, model, case: name, target }) => !present.has(JSON.stringify([suite, model, name, target])),
    )
    .map(({ suite, model, case: name, target, shard }) => ({
      suite,
      model,
      modelSha256: null,
      case: name,
      target,
      output: null,
      dtype: null,
      shape: null,
      optional: false,
      status: 'error',
      verdict: null,
      outcome: 'new',
      metrics: {},
      bounds: [],
      needed: [],
      worst: [],
      placement: null,
      golden: { state: 'missing' },
      reproduce: '',
      reasons: [historyReason.shardMissing(shard, plan.total)],
      timing: null,
    }));
}

/** As an unsharded run would have them: by the plan, then what is in no plan, in the order met. */
function inPlannedOrder(checks: readonly Check[], shards: readonly Shard[]): readonly Check[] {
  const [plan] = shards;
  if (plan === undefined) return checks;
  const place = new Map(
    plan.planned.map(({ suite, model, case: name, target }, at) => [
      JSON.stringify([suite, model, name, target]),
      at,
    ]),
  );
  const placed = checks.map((check, at) => ({
    check,
    at,
    place: check.outcome === 'removed' ? Infinity : (place.get(caseOf(check)) ?? Infinity),
  }));
  return placed
    .toSorted((left, right) => (left.place === right.place ? left.at - right.at : left.place - right.place))
    .map(({ check }) => check);
}

function conflictsOf(runs: readonly RunDocument[], shards: readonly Shard[]): readonly RunProblem[] {
  const problems: RunProblem[] = [];
  const add = (...found: Parameters<typeof historyError>): void => {
    const { code, message, hint } = historyError(...found);
    problems.push({ code, message, hint });
  };
  const plans = new Set(shards.map(({ planSha256 }) => planSha256));
  if (plans.size > 1) add('MERGE_PLANS_DIFFER', { runs: runs.map(({ runId }) => runId).join(', ') });
  if (shards.length > 0 && shards.length < runs.length) {
    add('MERGE_WHOLE_AND_SHARD', { run: runs.find(({ shard }) => shard === undefined)?.runId ?? '' });
  }
  const [plan] = shards;
  const reported = new Set(shards.map(({ index }) => index));
  const missing =
    plan === undefined
      ? []
      : Array.from({ length: plan.total }, (_, at) => at + 1).filter((index) => !reported.has(index));
  if (plan !== undefined && missing.length > 0)
    add('MERGE_SHARDS_MISSING', { missing: missing.join(', '), total: plan.total });
  for (const { runId, complete, shard } of runs) {
    if (!complete)
      add('MERGE_INTERRUPTED', {
        run: shard === undefined ? runId : `${runId} (shard ${shard.index}/${shard.total})`,
      });
  }
  const commits = new Set(runs.flatMap(({ source }) => (source.commit === null ? [] : [source.commit])));
  if (commits.size > 1)
    add('MERGE_COMMITS_DIFFER', { commits: [...commits].map((commit) => commit.slice(0, 12)).join(', ') });
  for (const model of modelsThatDiffer(runs)) add('MERGE_MODELS_DIFFER', { model });
  return problems;
}

function modelsThatDiffer(runs: readonly RunDocument[]): readonly string[] {
  const hashes = new Map<string, Set<string>>();
  for (const { name, models } of runs.flatMap(({ suites }) => suites)) {
    for (const { name: model, sha256 } of models) {
      if (sha256 === null) continue;
      const known = hashes.get(`${name}/${model}`) ?? new Set<string>();
      hashes.set(`${name}/${model}`, known.add(sha256));
    }
  }
  return [...hashes].filter(([, known]) => known.size > 1).map(([model]) => model);
}

/** Every shard meets the whole suite or a part of it; together they know all models. */
function joinSuites(runs: readonly RunDocument[]): readonly SuiteInfo[] {
  const suites = new Map<string, SuiteInfo>();
  for (const suite of runs.flatMap((run) => run.suites)) {
    const before = suites.get(suite.name);
    if (before === undefined) {
      suites.set(suite.name, suite);
      continue;
    }
    const models = new Map(before.models.map((model) => [model.name, model]));
    for (const model of suite.models)
      if (models.get(model.name)?.sha256 == null) models.set(model.name, model);
    suites.set(suite.name, { ...before, models: [...models.values()] });
  }
  return [...suites.values()];
}

function joinTargets(runs: readonly RunDocument[]): readonly TargetInfo[] {
  const targets = new Map<string, TargetInfo>();
  for (const target of runs.flatMap((run) => run.targets)) {
    const before = targets.get(target.name);
    if (before === undefined || (!before.available && target.available)) targets.set(target.name, target);
  }
  return [...targets.values()];
}

function sourceOf(runs: readonly RunDocument[]): RunDocument['source'] {
  const known = runs.find(({ source }) => source.commit !== null)?.source ?? runs[0]?.source;
  const dirty = runs.some(({ source }) => source.dirty === true) ? true : (known?.dirty ?? null);
  return { commit: known?.commit ?? null, branch: known?.branch ?? null, dirty };
}

function distinctProblems(problems: readonly RunProblem[]): readonly RunProblem[] {
  return [
    ...new Map(
      problems.map((problem) => [JSON.stringify([problem.code, problem.message]), problem]),
    ).values(),
  ];
}
