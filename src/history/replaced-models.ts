/** Nights from which on a model is another file, told also where no number moved: the next movement may come from it. */
import type { SingleEvent } from './events.ts';
import type { Circumstances, Series } from './types.ts';

/** A model that is made anew more often than every so many runs is no news. */
const LEAST_RUNS_APART = 5;

/** One event per check of a replaced model, on the first run with the new file. */
export function replacedModels({ models }: Circumstances, series: readonly Series[]): readonly SingleEvent[] {
  const files = new Map<string, { run: number; sha256: string }[]>();
  for (const { run, suite, model, sha256 } of models.toSorted((left, right) => left.run - right.run)) {
    if (sha256 === null) continue;
    const name = JSON.stringify([suite, model]);
    files.set(name, [...(files.get(name) ?? []), { run, sha256 }]);
  }
  const replaced = new Map([...files].map(([name, runs]) => [name, turnsOf(runs)]));
  return series.flatMap(({ suite, model, case: name, target, output, runs }) => {
    const check = { suite, model, case: name, target, output, factor: 1, before: null, after: null };
    const nights = replaced.get(JSON.stringify([suite, model])) ?? [];
    return nights
      .filter((run) => runs.includes(run))
      .map((run) => ({ kind: 'replaced' as const, run, worse: false, check }));
  });
}

function turnsOf(runs: readonly { readonly run: number; readonly sha256: string }[]): readonly number[] {
  const turns = runs
    .filter(({ sha256 }, at) => at > 0 && sha256 !== runs[at - 1]?.sha256)
    .map(({ run }) => run);
  return turns.length * LEAST_RUNS_APART > runs.length && turns.length > 1 ? [] : turns;
}
