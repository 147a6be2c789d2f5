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

/** Circumstances of every run, for look-ups. */
export class Surroundings {
  readonly #models = new Map<number, Map<string, string | null>>();
  readonly #runtimes = new Map<number, Map<string, string | null>>();
  readonly runs: readonly HistoryRun[];

  constructor(runs: readonly HistoryRun[], { models, runtimes }: Circumstances) {
    this.runs = runs;
    for (const { run, suite, model, sha256 } of models)
      put(this.#models, run, modelName(suite, model), sha256);
    for (const { run, target, version } of runtimes) put(this.#runtimes, run, target, version);
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
      ...differing('model', this.#models.get(before), this.#models.get(after), wantedModel),
      ...differing(
        'runtime',
        this.#runtimes.get(before),
        this.#runtimes.get(after),
        (name) => scope.targets?.has(name) ?? true,
      ),
      ...one('host', hostText(earlier), hostText(later), earlier.host === later.host),
      ...one('node', earlier.node, later.node),
      ...one('tool', earlier.toolVersion, later.toolVersion),
      ...one('commit', earlier.commit, later.commit),
    ];
  }
}

function put(
  into: Map<number, Map<string, string | null>>,
  run: number,
  name: string,
  value: string | null,
): void {
  const found = into.get(run) ?? new Map<string, string | null>();
  found.set(name, value);
  into.set(run, found);
}

/** Suite and model as one name; names of models hold slashes, those of suites do not. */
function modelName(suite: string, model: string): string {
  return JSON.stringify([suite, model]);
}

function splitModel(name: string): readonly [string, string] {
  return JSON.parse(name) as [string, string];
}

function differing(
  what: 'model' | 'runtime',
  before: ReadonlyMap<string, string | null> | undefined,
  after: ReadonlyMap<string, string | null> | undefined,
  wanted: (name: string) => boolean,
): readonly Change[] {
  if (before === undefined || after === undefined) return [];
  return [...after].flatMap(([name, value]) => {
    const was = before.get(name);
    if (was === undefined || was === null || value === null || was === value || !wanted(name)) return [];
    return [{ what, name: what === 'model' ? splitModel(name).join('/') : name, before: was, after: value }];
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
