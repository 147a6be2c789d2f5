/** Executes one job of the plan: its trials in one session, then the variations of those that ask for some. */
import type { Check, TargetInfo } from '../result/index.ts';
import type { TargetSpec } from '../suite/types.ts';
import type { Execution, Job } from '../workers/types.ts';
import type { CheckFacts } from './check.ts';
import { judgeVariation, variationsOf, variedTarget, type Variation } from './features/stability.ts';
import { trialOf, type Trial } from './features/trial.ts';
import { refusalOf, type MetModel } from './model.ts';
import type { PlannedCase, PlannedJob } from './plan.ts';
import { runReason } from './reason-texts.ts';
import type { RunRequest } from './run.ts';
import { sourceExecution } from './source-target.ts';
import { remembered, type SuiteContext } from './suite-context.ts';

/** Takes the checks of a case once all of them are known. */
export type Judged = (planned: PlannedCase, checks: readonly Check[]) => void;

export class JobExecution {
  readonly #job: PlannedJob;
  readonly #request: RunRequest;
  readonly #suite: SuiteContext;
  readonly #signal: AbortSignal;
  readonly #pending: Promise<void>[] = [];
  /** How the plain run of a case ended, and its checks, where variations are held against it. */
  readonly #plain = new Map<
    Trial,
    { readonly execution: Execution; readonly checks: Promise<readonly Check[]> }
  >();
  #model: MetModel | null = null;

  constructor(job: PlannedJob, request: RunRequest, suite: SuiteContext, signal: AbortSignal) {
    this.#job = job;
    this.#request = request;
    this.#suite = suite;
    this.#signal = signal;
  }

  async run(targets: ReadonlyMap<string, TargetInfo>, judged: Judged): Promise<void> {
    const { target } = this.#job;
    const model = await this.#suite.model(this.#job.model.path);
    this.#model = model;
    const refusal =
      model.failure ?? refusalOf(model, target.runtime) ?? unavailable(targets.get(target.name), model);
    const trials = await this.#trials(model);
    if (refusal !== null) {
      for (const trial of trials) this.#settle(trial, trial.alike(refusal), judged);
    } else if (target.runtime === 'source') {
      for (const trial of trials) {
        const execution = await sourceExecution(trial.planned, this.#suite.references);
        this.#settle(trial, trial.alike(execution), judged);
      }
    } else {
      await this.#execute(trials, judged);
    }
    await this.#vary(trials, refusal, judged);
    await Promise.all(this.#pending);
  }

  async #trials(model: MetModel): Promise<readonly Trial[]> {
    const trials: Trial[] = [];
    for (const planned of this.#job.cases) {
      const facts = factsOf(planned, model, this.#request);
      trials.push(await trialOf(planned, { suite: this.#suite, model, facts, options: this.#request.judge }));
    }
    return trials;
  }

  async #execute(trials: readonly Trial[], judged: Judged): Promise<void> {
    const ends = new Map<string, (execution: Execution) => void>();
    const cases: Job['cases'][number][] = [];
    const open = new Map<Trial, Execution[]>();
    for (const trial of trials) {
      if (trial.runs.length === 0) this.#settle(trial, [], judged);
      else open.set(trial, []);
      for (const [at, run] of trial.runs.entries()) {
        const id = `${trial.planned.index}.${at}`;
        cases.push({ ...run, id });
        ends.set(id, (execution) => {
          const ended = open.get(trial);
          if (ended === undefined) return;
          ended[at] = execution;
          if (Object.keys(ended).length < trial.runs.length) return;
          open.delete(trial);
          this.#settle(trial, ended, judged);
        });
      }
    }
    if (cases.length > 0)
      await this.#submit(this.#job.target, { cases }, (id, execution) => ends.get(id)?.(execution));
    if (this.#signal.aborted) return;
    for (const trial of open.keys()) this.#settle(trial, trial.alike(unanswered(trial.planned)), judged);
  }

  #settle(trial: Trial, executions: readonly Execution[], judged: Judged): void {
    const { planned } = trial;
    const checks = trial.judge(executions);
    const [execution] = executions;
    if (planned.case.stability !== undefined && execution !== undefined) {
      this.#plain.set(trial, { execution, checks });
      return;
    }
    this.#pending.push(
      checks.then((found) => {
        this.#suite.release(planned.case);
        judged(planned, found);
      }),
    );
  }

  /** Runs each variation as a session of its own and tells the checks of its cases with those of their plain runs. */
  async #vary(trials: readonly Trial[], refusal: Execution | null, judged: Judged): Promise<void> {
    const varied = new Map<string, { readonly variation: Variation; readonly trials: Trial[] }>();
    for (const trial of this.#plain.keys()) {
      for (const variation of variationsOf(trial.planned.case.stability)) {
        remembered(varied, variation.name, () => ({ variation, trials: [] })).trials.push(trial);
      }
    }
    const ended = new Map<string, ReadonlyMap<Trial, readonly Execution[]>>();
    for (const [name, { variation, trials: asking }] of varied) {
      if (this.#signal.aborted) return;
      const run = variation.reversed ? trials.filter(({ runs }) => runs.length > 0).toReversed() : asking;
      ended.set(name, refusal === null ? await this.#variation(variation, run) : alike(asking, refusal));
    }
    if (this.#signal.aborted) return;
    for (const [trial, { execution, checks }] of this.#plain) {
      const { planned } = trial;
      const more = variationsOf(planned.case.stability).flatMap((variation) => {
        const executions = ended.get(variation.name)?.get(trial) ?? [unanswered(planned)];
        const facts = factsOf(planned, this.#model, this.#request);
        return judgeVariation(planned, variation, execution, executions, facts, this.#request.judge);
      });
      this.#suite.release(planned.case);
      judged(planned, [...(await checks), ...more]);
    }
  }

  /** By trial, one execution for each of its runs in the variation. */
  async #variation(
    variation: Variation,
    trials: readonly Trial[],
  ): Promise<ReadonlyMap<Trial, readonly Execution[]>> {
    const found = new Map<string, Execution>();
    const idOf = (trial: Trial, run: number, at: number): string => `${trial.planned.index}.${run}.${at}`;
    const cases = trials.flatMap((trial) =>
      Array.from({ length: variation.runs }, (_, run) =>
        trial.runs.map(({ inputs }, at) => ({ id: idOf(trial, run, at), inputs, repeat: 1 })),
      ).flat(),
    );
    const { freshProcess } = variation;
    await this.#submit(
      variedTarget(this.#job.target, variation),
      { cases, freshProcess },
      (id, execution) => {
        found.set(id, execution);
      },
    );
    return new Map(
      trials.map((trial) => [
        trial,
        Array.from(
          { length: variation.runs },
          (_, run) => found.get(idOf(trial, run, 0)) ?? unanswered(trial.planned),
        ),
      ]),
    );
  }

  #submit(
    target: TargetSpec,
    job: Pick<Job, 'cases' | 'freshProcess'>,
    onCase: (id: string, execution: Execution) => void,
  ): Promise<void> {
    const base = jobOf(target, this.#job, this.#model, this.#request);
    return this.#request.executor.execute({ ...base, ...job }, onCase, this.#signal);
  }
}

/** What every job on a model of a suite shares. */
export function jobOf(
  target: TargetSpec,
  { suite, model }: Pick<PlannedCase, 'suite' | 'model'>,
  met: MetModel | null,
  request: RunRequest,
): Omit<Job, 'cases'> {
  return {
    target,
    modelPath: model.path,
    ...(met === null || met.facts === null ? {} : { facts: met.facts }),
    timeoutMs: suite.timeout === null ? request.timeoutMs : suite.timeout * 1000,
  };
}

function alike(trials: readonly Trial[], execution: Execution): ReadonlyMap<Trial, readonly Execution[]> {
  return new Map(trials.map((trial) => [trial, [execution]]));
}

function unanswered({ suite, case: item }: PlannedCase): Execution {
  const reasons = [runReason.caseDropped(suite.name, item.name, 'the worker gave no answer for it')];
  return { status: 'error', reasons, declared: null, placement: null };
}

function unavailable(info: TargetInfo | undefined, model: MetModel): Execution | null {
  if (info === undefined || info.available) return null;
  const reasons = info.reason === undefined ? [] : [info.reason];
  return { status: 'unavailable', reasons, declared: model.outputs, placement: null };
}

function factsOf(planned: PlannedCase, model: MetModel | null, request: RunRequest): CheckFacts {
  return {
    modelSha256: model?.sha256 ?? null,
    reproduce: request.reproduce({
      suite: planned.suite.name,
      model: planned.model.name,
      case: planned.case.name,
      target: planned.target.name,
    }),
    ...(request.keeper === undefined ? {} : { keeper: request.keeper }),
  };
}
