/** Narrows loaded suites to what is asked for, and names the patterns that matched nothing. */
import { closest } from './closest.ts';
import { matcherOf } from './glob.ts';
import { targetFrom } from './targets.ts';
import type { CaseSpec, ModelSpec, Suite, TargetSpec } from './types.ts';

/** Patterns by kind; `*` and `?` as in globs. Kinds are combined by "and", patterns of one kind by "or". */
interface Selection {
  readonly cases?: readonly string[];
  readonly models?: readonly string[];
  readonly targets?: readonly string[];
  /** Matched against suite, case, model, `suite/case` and `suite/model/case`. */
  readonly only?: readonly string[];
}

interface Unmatched {
  readonly kind: keyof Selection;
  readonly pattern: string;
  /** For a message: `case "nromal"`. */
  readonly selection: string;
  /** For a hint: what could have been matched. */
  readonly available: string;
}

interface Selected {
  readonly suites: Suite[];
  readonly unmatched: Unmatched[];
}

type Matcher = (name: string) => boolean;

/**
 * The suites with the selected cases, models and targets; suites with nothing left are gone.
 * A folder of backend cases names no targets of its own: it takes those that are asked for.
 */
export function select(suites: readonly Suite[], selection: Selection): Selected {
  const patterns = new Patterns();
  const selected: Suite[] = [];
  for (const suite of suites) {
    const targets = selectTargets(suite, selection.targets, patterns);
    const models = suite.models.filter(({ name }) => patterns.any('models', selection.models, [name]));
    const byCase = suite.cases.filter((item) =>
      patterns.any('cases', selection.cases, namesOf(item, suite.name)),
    );
    const cases = selectOnly(suite, byCase, models, selection.only, patterns);
    const used = modelsOf(models, cases);
    if (targets.length > 0 && used.length > 0 && cases.length > 0)
      selected.push({ ...suite, targets, models: used, cases });
  }
  return { suites: selected, unmatched: patterns.unmatched(selection, suites) };
}

function selectTargets(
  suite: Suite,
  wanted: readonly string[] | undefined,
  patterns: Patterns,
): readonly TargetSpec[] {
  if (wanted === undefined || wanted.length === 0) return suite.targets;
  const listed = suite.targets.filter(({ name }) => patterns.any('targets', wanted, [name]));
  if (suite.file !== null) return listed;
  return wanted.map((pattern) => {
    patterns.hit('targets', pattern);
    return listed.find(({ name }) => name === pattern) ?? targetFrom(pattern);
  });
}

/** Cases that run on a selected model and that `only` asks for. */
function selectOnly(
  suite: Suite,
  cases: readonly CaseSpec[],
  models: readonly ModelSpec[],
  only: readonly string[] | undefined,
  patterns: Patterns,
): readonly CaseSpec[] {
  const names = new Set(models.map(({ name }) => name));
  return cases.flatMap((item): CaseSpec[] => {
    const on = (item.models ?? [...names]).filter((name) => names.has(name));
    if (on.length === 0) return [];
    if (only === undefined || only.length === 0) return [item];
    if (patterns.any('only', only, [suite.name, ...namesOf(item, suite.name)])) return [item];
    const kept = on.filter((name) =>
      patterns.any('only', only, [name, ...namesOf(item, `${suite.name}/${name}`).slice(1)]),
    );
    return kept.length === 0 ? [] : [{ ...item, models: kept }];
  });
}

/** A case's own name first; a sweep is also found by the name that it has in the suite file. */
function namesOf({ name, family = name }: CaseSpec, within: string): readonly string[] {
  const long = [`${within}/${name}`, `${within}/${family}`];
  return [name, ...long, ...(family === name ? [] : [family])];
}

function modelsOf(models: readonly ModelSpec[], cases: readonly CaseSpec[]): readonly ModelSpec[] {
  const named = new Set(cases.flatMap((item) => item.models ?? []));
  const all = cases.some((item) => item.models === undefined);
  return all ? models : models.filter(({ name }) => named.has(name));
}

const LISTED = 20;

function describe(kind: keyof Selection, pattern: string, names: readonly string[]): Unmatched {
  const noun = { cases: 'case', models: 'model', targets: 'target', only: 'case' }[kind];
  const suggestion = closest(pattern, names);
  const listed = names.slice(0, LISTED).join(', ');
  const more = names.length > LISTED ? ` and ${names.length - LISTED} more` : '';
  return {
    kind,
    pattern,
    selection: `${noun} "${pattern}"`,
    available: `${suggestion === null ? '' : `Did you mean "${suggestion}"? `}There are: ${listed}${more}.`,
  };
}

/** Remembers which patterns ever matched. */
class Patterns {
  readonly #matchers = new Map<string, Matcher>();
  readonly #hits = new Set<string>();

  /** Whether any pattern matches any of the names; every pattern is tried, so that all that match are remembered. */
  any(kind: keyof Selection, patterns: readonly string[] | undefined, names: readonly string[]): boolean {
    if (patterns === undefined || patterns.length === 0) return true;
    let matched = false;
    for (const pattern of patterns) {
      if (!names.some(this.#matcher(pattern))) continue;
      this.hit(kind, pattern);
      matched = true;
    }
    return matched;
  }

  hit(kind: keyof Selection, pattern: string): void {
    this.#hits.add(`${kind} ${pattern}`);
  }

  unmatched(selection: Selection, suites: readonly Suite[]): Unmatched[] {
    const names = {
      cases: suites.flatMap(({ cases }) => cases.map(({ name }) => name)),
      models: suites.flatMap(({ models }) => models.map(({ name }) => name)),
      targets: suites.flatMap(({ targets }) => targets.map(({ name }) => name)),
      only: suites.flatMap(({ name, cases }) => cases.map((item) => `${name}/${item.name}`)),
    };
    return (['cases', 'models', 'targets', 'only'] as const).flatMap((kind) =>
      (selection[kind] ?? [])
        .filter((pattern) => !this.#hits.has(`${kind} ${pattern}`))
        .map((pattern) => describe(kind, pattern, [...new Set(names[kind])])),
    );
  }

  #matcher(pattern: string): Matcher {
    let matcher = this.#matchers.get(pattern);
    if (matcher === undefined) {
      matcher = matcherOf(pattern);
      this.#matchers.set(pattern, matcher);
    }
    return matcher;
  }
}
