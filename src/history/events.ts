/** What a person must know about the nights: which checks moved or changed their verdict, when, and what else changed then. */
import { Surroundings, type Change } from './changes.ts';
import { floorFor, grainOf } from './log-error.ts';
import { movementsOf, type Movement } from './movements.ts';
import { replacedModels } from './replaced-models.ts';
import type { CheckKey, Circumstances, HistoryRun, Series } from './types.ts';

export type EventKind = 'step' | 'spike' | 'drift' | 'flaky' | 'fails' | 'passes' | 'replaced';

/** Movements of one kind and direction in one suite on one night. */
export interface HistoryEvent {
  readonly kind: EventKind;
  /** Index of the first run that shows it. */
  readonly run: number;
  readonly runId: string;
  readonly startedAt: number | null;
  readonly worse: boolean;
  readonly suite: string;
  readonly targets: readonly string[];
  readonly checks: readonly MovedCheck[];
  /** Against the run before; a commit alone explains least and stands last. */
  readonly changed: readonly Change[];
}

export interface MovedCheck extends CheckKey {
  /** After ÷ before; 1 where only the verdict changed. */
  readonly factor: number;
  readonly before: number | null;
  readonly after: number | null;
}

export function eventsOf(
  runs: readonly HistoryRun[],
  series: readonly Series[],
  circumstances: Circumstances,
): readonly HistoryEvent[] {
  const surroundings = new Surroundings(runs, circumstances);
  const hosts = runs.map(({ host }) => host);
  const single = series.flatMap((one) => singleEvents(one, hosts));
  const describe = (group: readonly SingleEvent[]): HistoryEvent => described(group, runs, surroundings);
  const moved = gathered(single).map(describe);
  const replaced = gathered(replacedModels(circumstances, series)).map(describe);
  return [...moved, ...replaced.filter((event) => !isTold(event, moved))].toSorted(
    (left, right) => left.run - right.run || KINDS.indexOf(left.kind) - KINDS.indexOf(right.kind),
  );
}

/** A movement of that night names its model as the cause already. */
function isTold({ run, suite, changed }: HistoryEvent, moved: readonly HistoryEvent[]): boolean {
  const causes = new Set(
    moved
      .filter((event) => event.run === run && event.suite === suite)
      .flatMap((event) => event.changed.filter(({ what }) => what === 'model').map(({ name }) => name)),
  );
  return changed.filter(({ what }) => what === 'model').every(({ name }) => causes.has(name));
}

/** Most urgent first. */
const KINDS: readonly EventKind[] = ['fails', 'step', 'drift', 'spike', 'flaky', 'passes', 'replaced'];

export interface SingleEvent {
  readonly kind: EventKind;
  readonly run: number;
  readonly worse: boolean;
  readonly check: MovedCheck;
}

/** The events of one check; `hosts` by run. A flaky one has no others: its ups and downs are one fact. */
export function singleEvents(series: Series, hosts: readonly string[]): readonly SingleEvent[] {
  const key = {
    suite: series.suite,
    model: series.model,
    case: series.case,
    target: series.target,
    output: series.output,
  };
  const turns = turnsOf(series);
  const [first] = turns;
  if (first !== undefined && turns.length >= FLAKY_TURNS) {
    return [
      { kind: 'flaky', run: first.run, worse: true, check: { ...key, factor: 1, before: null, after: null } },
    ];
  }
  const verdicts = turns.map(({ run, passes }): SingleEvent => {
    const check = { ...key, factor: 1, before: null, after: null };
    return { kind: passes ? 'passes' : 'fails', run, worse: !passes, check };
  });
  const moved = movementsOf(series.values, floorFor(series.values, series), {
    hosts: series.runs.map((run) => hosts[run] ?? ''),
    grain: grainOf(series),
  }).map((movement) => fromMovement(series, key, movement));
  // A night on which the verdict turned needs no second line for the error that turned it.
  const told = new Set(verdicts.map(({ run }) => run));
  return [...verdicts, ...moved.filter(({ run, kind }) => kind === 'flaky' || !told.has(run))];
}

/** Fail, pass, fail again: the third turn cannot be one fault that was mended. */
export const FLAKY_TURNS = 3;

function fromMovement(
  series: Series,
  key: CheckKey,
  { kind, at, before, after, factor }: Movement,
): SingleEvent {
  return {
    kind: kind === 'unstable' ? 'flaky' : kind,
    run: series.runs[at] ?? 0,
    worse: kind === 'unstable' || factor > 1,
    check: { ...key, factor, before, after },
  };
}

/** Where a check that had run began or ceased to pass. */
function turnsOf({ runs, standings }: Series): readonly { readonly run: number; readonly passes: boolean }[] {
  const turns: { run: number; passes: boolean }[] = [];
  let before: boolean | null = null;
  standings.forEach((standing, at) => {
    if (standing === 'skipped') return;
    const passes = standing === 'passed';
    if (before !== null && passes !== before) turns.push({ run: runs[at] ?? 0, passes });
    before = passes;
  });
  return turns;
}

/**
 * Events of one kind, direction and suite belong together; those of nearby nights too, at the night that shows most of
 * them: noise may hide a step for a night, and in a few of many checks for longer.
 */
function gathered(events: readonly SingleEvent[]): readonly (readonly SingleEvent[])[] {
  const groups = new Map<string, SingleEvent[]>();
  for (const event of events) {
    const name = JSON.stringify([event.kind, event.worse, event.check.suite, event.run]);
    groups.set(name, [...(groups.get(name) ?? []), event]);
  }
  const ordered = [...groups.values()].toSorted((left, right) => right.length - left.length);
  const kept: SingleEvent[][] = [];
  for (const group of ordered) {
    const near = kept.find((other) => belongTogether(other, group));
    if (near === undefined) kept.push([...group]);
    else near.push(...group);
  }
  return kept;
}

const MAJORITY = 2;

function belongTogether(kept: readonly SingleEvent[], group: readonly SingleEvent[]): boolean {
  const [left, right] = [kept[0], group[0]];
  if (left === undefined || right === undefined) return false;
  if (left.kind !== right.kind || left.worse !== right.worse || left.check.suite !== right.check.suite)
    return false;
  if (left.kind === 'flaky') return true;
  const apart = kept.length >= MAJORITY * group.length ? 3 : 1;
  if (left.kind !== 'step' || Math.abs(left.run - right.run) > apart) return false;
  const targets = new Set(kept.map(({ check }) => check.target));
  return group.every(({ check }) => targets.has(check.target));
}

function described(
  group: readonly SingleEvent[],
  runs: readonly HistoryRun[],
  surroundings: Surroundings,
): HistoryEvent {
  const [first] = group;
  const run = first?.run ?? 0;
  const checks = group.map(({ check }) => check).toSorted((left, right) => sizeOf(right) - sizeOf(left));
  const targets = [...new Set(checks.map(({ target }) => target))].toSorted();
  const suite = checks[0]?.suite ?? '';
  const scope = { suite, models: new Set(checks.map(({ model }) => model)), targets: new Set(targets) };
  return {
    kind: first?.kind ?? 'step',
    run,
    runId: runs[run]?.runId ?? '',
    startedAt: runs[run]?.startedAt ?? null,
    worse: first?.worse ?? false,
    suite,
    targets,
    checks,
    changed: run === 0 ? [] : surroundings.changesBetween(run - 1, run, scope),
  };
}

function sizeOf({ factor }: MovedCheck): number {
  return Math.abs(Math.log(Math.max(factor, Number.MIN_VALUE)));
}
