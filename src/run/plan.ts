import type { CaseSpec, ModelSpec, SourceSpec, Suite, TargetSpec } from '../suite/types.ts';
import { sourceTarget } from './source-target.ts';

/** One case of one model on one target, in the order in which results are reported. */
export interface PlannedCase {
  readonly index: number;
  readonly suite: Suite;
  readonly model: ModelSpec;
  readonly target: TargetSpec;
  readonly case: CaseSpec;
}

/** All cases of one model on one target: the model is loaded once for them. */
export interface PlannedJob {
  readonly suite: Suite;
  readonly model: ModelSpec;
  readonly target: TargetSpec;
  readonly cases: readonly PlannedCase[];
}

/** Spells out suites × models × targets × cases; the order is that of the suite files. */
export function planRun(suites: readonly Suite[]): readonly PlannedJob[] {
  let index = 0;
  const jobs: PlannedJob[] = [];
  for (const suite of suites) {
    const casesOf = casesByModel(suite);
    for (const model of suite.models) {
      for (const target of suite.targets) {
        if (model.targets !== undefined && !model.targets.includes(target.name)) continue;
        const cases = (casesOf.get(model.name) ?? [])
          .filter((item) => item.targets === undefined || item.targets.includes(target.name))
          .map((item) => ({ index: index++, suite, model, target, case: item }));
        if (cases.length > 0) jobs.push({ suite, model, target, cases });
      }
    }
    for (const { source, items } of heldAgainstGolden(suite)) {
      const [model] = suite.models;
      if (model === undefined) continue;
      const target = sourceTarget(source);
      jobs.push({
        suite,
        model,
        target,
        cases: items.map((item) => ({ index: index++, suite, model, target, case: item })),
      });
    }
  }
  return jobs;
}

/** Cases with `reference: both`: their live source is checked against the golden like a target. */
function heldAgainstGolden(suite: Suite): readonly { source: SourceSpec; items: readonly CaseSpec[] }[] {
  return suite.sources
    .map((source) => ({
      source,
      items: suite.cases.filter(
        ({ reference }) => reference.kind === 'both' && reference.source === source.name,
      ),
    }))
    .filter(({ items }) => items.length > 0);
}

/** Indexed once: a folder of backend cases has thousands of models with one case each. */
function casesByModel(suite: Suite): ReadonlyMap<string, readonly CaseSpec[]> {
  const byModel = new Map<string, CaseSpec[]>(suite.models.map((model) => [model.name, []]));
  for (const item of suite.cases) {
    for (const name of item.models ?? byModel.keys()) byModel.get(name)?.push(item);
  }
  return byModel;
}
