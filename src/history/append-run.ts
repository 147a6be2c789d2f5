/** Adds a run that just ended to what is known of those before it, as its rows would when they are read back. */
import type { RunDocument } from '../result/index.ts';
import type { HistoryFacts } from './for-report.ts';
import { factsOf, rowsOf, type HistoryRow } from './rows.ts';
import { keyOf, type Series } from './types.ts';

/** A store without runs. */
export const NO_FACTS: HistoryFacts = {
  runs: [],
  series: [],
  shares: [],
  circumstances: { models: [], runtimes: [] },
};

/** The same facts for a document that is no night of its own. Of more than `most` runs the oldest fall out. */
export function appendRun(facts: HistoryFacts, document: RunDocument, most: number): HistoryFacts {
  const { complete, ...run } = factsOf(document);
  if (!complete) return facts;
  const at = facts.runs.length;
  const leads = rowsOf(document).filter(({ lead }) => lead);
  const longer: HistoryFacts = {
    runs: [...facts.runs, { ...run, folder: null }],
    series: withRows(facts.series, leads, at),
    shares: [...facts.shares, ...sharesIn(leads, at)],
    circumstances: {
      models: [...facts.circumstances.models, ...modelsIn(leads, at)],
      runtimes: [...facts.circumstances.runtimes, ...runtimesIn(leads, at)],
    },
  };
  return longer.runs.length > most ? withoutOldest(longer, longer.runs.length - most) : longer;
}

function withRows(series: readonly Series[], leads: readonly HistoryRow[], run: number): readonly Series[] {
  const rows = new Map(leads.map((row) => [keyOf(row), row]));
  const longer = series.map((one): Series => {
    const key = keyOf(one);
    const row = rows.get(key);
    rows.delete(key);
    return row === undefined ? one : extended(one, row, run);
  });
  const fresh = [...rows.values()].map((row) => extended(emptySeries(row), row, run));
  return [...longer, ...fresh];
}

function emptySeries({ suite, model, case: name, target, output }: HistoryRow): Series {
  return {
    suite,
    model,
    case: name,
    target,
    output,
    metric: '',
    dtype: null,
    scale: null,
    runs: [],
    values: [],
    limits: [],
    utilisations: [],
    standings: [],
  };
}

function extended(series: Series, row: HistoryRow, run: number): Series {
  return {
    ...series,
    metric: row.metric ?? series.metric,
    dtype: row.dtype ?? series.dtype,
    scale: row.scale ?? series.scale,
    runs: [...series.runs, run],
    values: [...series.values, row.value],
    limits: [...series.limits, row.limit],
    utilisations: [...series.utilisations, row.used],
    standings: [...series.standings, row.standing],
  };
}

function sharesIn(leads: readonly HistoryRow[], run: number): HistoryFacts['shares'] {
  const groups = grouped(leads, ({ suite, target }) => [suite, target]);
  return groups.flatMap((rows) =>
    rows.slice(0, 1).map(({ suite, target }) => ({
      run,
      suite,
      target,
      passed: rows.filter(({ standing }) => standing === 'passed').length,
      counted: rows.filter(({ standing }) => standing !== 'skipped').length,
    })),
  );
}

function modelsIn(leads: readonly HistoryRow[], run: number): HistoryFacts['circumstances']['models'] {
  return grouped(leads, ({ suite, model }) => [suite, model]).flatMap((rows) =>
    rows.slice(0, 1).map(({ suite, model }) => ({
      run,
      suite,
      model,
      sha256: rows.find(({ modelSha256 }) => modelSha256 !== null)?.modelSha256 ?? null,
    })),
  );
}

function runtimesIn(leads: readonly HistoryRow[], run: number): HistoryFacts['circumstances']['runtimes'] {
  return grouped(leads, ({ target }) => [target]).flatMap((rows) =>
    rows.slice(0, 1).map(({ target }) => ({
      run,
      target,
      version: rows.find(({ runtimeVersion }) => runtimeVersion !== null)?.runtimeVersion ?? null,
    })),
  );
}

function grouped(
  rows: readonly HistoryRow[],
  by: (row: HistoryRow) => readonly string[],
): readonly (readonly HistoryRow[])[] {
  const groups = new Map<string, HistoryRow[]>();
  for (const row of rows) {
    const name = JSON.stringify(by(row));
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [row]);
    else group.push(row);
  }
  return [...groups.values()];
}

function withoutOldest(facts: HistoryFacts, gone: number): HistoryFacts {
  const later = <T extends { readonly run: number }>(items: readonly T[]): readonly T[] =>
    items.flatMap((item) => (item.run < gone ? [] : [{ ...item, run: item.run - gone }]));
  return {
    runs: facts.runs.slice(gone),
    series: facts.series.flatMap((one) => {
      const from = one.runs.findIndex((run) => run >= gone);
      if (from < 0) return [];
      return [
        {
          ...one,
          runs: one.runs.slice(from).map((run) => run - gone),
          values: one.values.slice(from),
          limits: one.limits.slice(from),
          utilisations: one.utilisations.slice(from),
          standings: one.standings.slice(from),
        },
      ];
    }),
    shares: later(facts.shares),
    circumstances: {
      models: later(facts.circumstances.models),
      runtimes: later(facts.circumstances.runtimes),
    },
  };
}
