/** Puts the history into the page: a head that is read at once, and columns that are read when a screen asks for them. */
import {
  EVENT_KINDS,
  packError,
  STANDING_CODES,
  type Changing,
  type HeadShares,
  type HistoryBody,
  type HistoryHead,
} from '../../result/packed-history.ts';
import type { ReportKey, ReportSeries, RunHistory } from '../../result/report-history.ts';
import { toWire, wireJson, type WireNumber } from '../../result/wire.ts';

/** Numbers of one page, checks times runs: about 10 MB where nothing compresses. */
const MAX_CELLS = 2_500_000;
/** Checks that an event names in the head. */
const MOST_NAMED = 8;

export interface PackedHistory {
  readonly head: HistoryHead;
  /** Four bytes with the length of the JSON of the body, the JSON, and the columns. */
  readonly columns: Uint8Array<ArrayBuffer>;
}

export function packHistory(history: RunHistory, maxCells = MAX_CELLS): PackedHistory {
  const series = withinBudget(history, maxCells);
  return {
    head: {
      runs: history.runs,
      events: history.events.map(({ checks, ...event }) => ({
        ...event,
        count: checks.length,
        most: checks.slice(0, MOST_NAMED).map(({ factor, before, after, ...key }) => ({
          ...keyOf(key),
          factor: toWire(factor),
          before: before === null ? null : toWire(before),
          after: after === null ? null : toWire(after),
        })),
      })),
      shares: sharesByRun(history),
      baselines: history.baselines,
      checks: series.length,
      leftOut: history.series.length - series.length,
    },
    columns: bodyBytes(bodyOf(history, series), columnsOf(series, history.runs.length)),
  };
}

/** What moved comes first where not everything fits. */
function withinBudget({ runs, series, events }: RunHistory, maxCells: number): readonly ReportSeries[] {
  const most = Math.floor(maxCells / Math.max(1, runs.length));
  if (series.length <= most) return series;
  const moved = new Set(
    events.flatMap(({ kind, checks }) => (kind === 'replaced' ? [] : checks.map((check) => keyText(check)))),
  );
  const telling = (one: ReportSeries): boolean =>
    one.standings.at(-1) !== 'passed' || moved.has(keyText(one));
  return [...series.filter(telling), ...series.filter((one) => !telling(one))].slice(0, most);
}

function sharesByRun({ runs, shares }: RunHistory): readonly HeadShares[] {
  const groups = new Map<string, { suite: string; target: string; passed: number[]; counted: number[] }>();
  for (const { run, suite, target, passed, counted } of shares) {
    const name = JSON.stringify([suite, target]);
    const none = (): number[] => runs.map(() => -1);
    const group = groups.get(name) ?? { suite, target, passed: none(), counted: none() };
    group.passed[run] = passed;
    group.counted[run] = counted;
    groups.set(name, group);
  }
  return [...groups.values()];
}

function bodyOf(history: RunHistory, series: readonly ReportSeries[]): HistoryBody {
  const names = new Names();
  const column = (of: (one: ReportSeries) => string): number[] => series.map((one) => names.place(of(one)));
  const { models, runtimes } = history.circumstances;
  return {
    suite: column((one) => one.suite),
    model: column((one) => one.model),
    case: column((one) => one.case),
    target: column((one) => one.target),
    output: series.map(({ output }) => (output === null ? -1 : names.place(output))),
    metric: column((one) => one.metric),
    limits: series.map((one) => limitChanges(one)),
    approved: series.map(({ approved }) => packError(approved ?? null)),
    marks: marksOf(history, series),
    models: changing(
      models.map(({ run, suite, model, sha256 }) => ({ run, name: `${suite}/${model}`, text: sha256 })),
    ),
    runtimes: changing(runtimes.map(({ run, target, version }) => ({ run, name: target, text: version }))),
    names: names.all,
  };
}

/** Texts that occur often, each once. */
class Names {
  readonly #places = new Map<string, number>();

  place(text: string): number {
    const known = this.#places.get(text);
    if (known !== undefined) return known;
    this.#places.set(text, this.#places.size);
    return this.#places.size - 1;
  }

  get all(): readonly string[] {
    return [...this.#places.keys()];
  }
}

function limitChanges({ runs, limits }: ReportSeries): readonly (WireNumber | null)[] {
  const changes: (WireNumber | null)[] = [];
  let before: number | null | undefined;
  runs.forEach((run, at) => {
    const limit = limits[at] ?? null;
    if (limit === before) return;
    changes.push(run, limit === null ? null : toWire(limit));
    before = limit;
  });
  return changes;
}

function marksOf({ events }: RunHistory, series: readonly ReportSeries[]): readonly number[] {
  const places = new Map(series.map((one, at) => [keyText(one), at]));
  return events.flatMap(({ kind, run, worse, checks }) =>
    checks.flatMap((check) => {
      const at = places.get(keyText(check));
      return at === undefined ? [] : [at, run, EVENT_KINDS.indexOf(kind), worse ? 1 : 0];
    }),
  );
}

function changing(
  facts: readonly { readonly run: number; readonly name: string; readonly text: string | null }[],
): readonly Changing[] {
  const groups = new Map<string, { name: string; at: (number | string | null)[] }>();
  for (const { run, name, text } of facts.toSorted((left, right) => left.run - right.run)) {
    const group = groups.get(name) ?? { name, at: [] };
    if (group.at.length === 0 || group.at.at(-1) !== text) group.at.push(run, text);
    groups.set(name, group);
  }
  return [...groups.values()];
}

/** Per check and run, check by check: error and utilisation as sixteen bits each, then standings as eight. */
function columnsOf(series: readonly ReportSeries[], runs: number): Uint8Array {
  const cells = series.length * runs;
  const bytes = new Uint8Array(cells * 5);
  const view = new DataView(bytes.buffer);
  series.forEach((one, check) => {
    one.runs.forEach((run, at) => {
      const cell = check * runs + run;
      view.setUint16(cell * 2, packError(one.values[at] ?? null), true);
      view.setUint16((cells + cell) * 2, packError(one.utilisations[at] ?? null), true);
      bytes[cells * 4 + cell] = STANDING_CODES.indexOf(one.standings[at] ?? null);
    });
  });
  return bytes;
}

function bodyBytes(body: HistoryBody, columns: Uint8Array): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(wireJson(body));
  const bytes = new Uint8Array(4 + json.length + columns.length);
  new DataView(bytes.buffer).setUint32(0, json.length, true);
  bytes.set(json, 4);
  bytes.set(columns, 4 + json.length);
  return bytes;
}

function keyOf({ suite, model, case: name, target, output }: ReportKey): ReportKey {
  return { suite, model, case: name, target, output };
}

function keyText({ suite, model, case: name, target, output }: ReportKey): string {
  return JSON.stringify([suite, model, name, target, output]);
}
