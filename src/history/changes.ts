/** What differs between two runs beside their numbers: the usual suspects of a movement. */
import type { Circumstances, HistoryRun } from './types.ts';

export interface Change {
  readonly what: 'model' | 'runtime' | 'host' | 'node' | 'tool' | 'commit';
  /** Which model or target; empty for the others. */
  readonly name: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** Narrows {@link changesBetween} to one model or one target. */
export interface ChangeScope {
  readonly suite?: string;
  readonly models?: ReadonlySet<string>;
  readonly targets?: ReadonlySet<string>;
}

/** A text by name, with the runs that tell it, ascending. */
type Told = Map<string, { readonly run: number; readonly value: string | null }[]>;

/** Circumstances of every run, for look-ups. */
export class Surroundings {
  readonly #models: Told = new Map();
  readonly #runtimes: Told = new Map();
  readonly runs: readonly HistoryRun[];

  constructor(runs: readonly HistoryRun[], { models, runtimes }: Circumstances) {
    this.runs = runs;
    for (const { run, suite, model, sha256 } of byRun(models))
      put(this.#models, run, modelName(suite, model), sha256);
    for (const { run, target, version } of byRun(runtimes)) put(this.#runtimes, run, target, version);
  }

  /** The changes from one run to another, most telling first. */
  changesBetween(before: number, after: number, scope: ChangeScope = {}): readonly Change[] {
    const [earlier, later] = [this.runs[before], this.runs[after]];
    if (earlier === undefined || later === undefined) return [];
    const wantedModel = (name: string): boolean => {
      const [suite, model] = splitModel(name);
      return (scope.suite === undefined || suite === scope.suite) && (scope.models?.has(model) ?? true);
    };
    return [
      ...differing('model', this.#models, [before, after], wantedModel),
      ...differing('runtime', this.#runtimes, [before, after], (name) => scope.targets?.has(name) ?? true),
      ...one('host', hostText(earlier), hostText(later), earlier.host === later.host),
      ...one('node', earlier.node, later.node),
      ...one('tool', earlier.toolVersion, later.toolVersion),
      ...one('commit', earlier.commit, later.commit),
    ];
  }
}

function byRun<T extends { readonly run: number }>(items: readonly T[]): readonly T[] {
  return items.toSorted((left, right) => left.run - right.run);
}

function put(into: Told, run: number, name: string, value: string | null): void {
  const found = into.get(name) ?? [];
  found.push({ run, value });
  into.set(name, found);
}

/** Suite and model as one name; names of models hold slashes, those of suites do not. */
function modelName(suite: string, model: string): string {
  return JSON.stringify([suite, model]);
}

function splitModel(name: string): readonly [string, string] {
  return JSON.parse(name) as [string, string];
}

/** What a run tells otherwise than the last one before it that told it at all: a suite need not run every night. */
function differing(
  what: 'model' | 'runtime',
  told: Told,
  [before, after]: readonly [number, number],
  wanted: (name: string) => boolean,
): readonly Change[] {
  return [...told].flatMap(([name, runs]) => {
    if (!wanted(name)) return [];
    const value = runs.findLast(({ run }) => run <= after);
    const was = runs.findLast(({ run }) => run <= before)?.value ?? null;
    if (value?.run !== after || was === null || value.value === null || was === value.value) return [];
    return [
      { what, name: what === 'model' ? splitModel(name).join('/') : name, before: was, after: value.value },
    ];
  });
}

function hostText(run: HistoryRun): string {
  return `${run.cpu}, ${run.os} (${run.host})`;
}

function one(
  what: Change['what'],
  before: string | null,
  after: string | null,
  same = before === after,
): readonly Change[] {
  return same || before === null || after === null ? [] : [{ what, name: '', before, after }];
}
