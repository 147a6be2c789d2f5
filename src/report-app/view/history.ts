/** The stored runs as the screens need them: series by check, runs by id. */
import {
  EVENT_KINDS,
  STANDING_CODES,
  unpackError,
  type Changing,
  type HistoryBody,
  type HistoryHead,
} from '../../result/packed-history.ts';
import type { Standing } from '../../result/reading.ts';
import type { ReportEventKind, ReportRun } from '../../result/report-history.ts';
import { fromWire, type WireNumber } from '../../result/wire.ts';
import { keyText, type CheckKey } from './rows.ts';

/** What a stored run says about a check. Numbers are to three digits; infinity stands for whatever is not finite. */
export interface Cell {
  readonly standing: Standing;
  readonly value: number | null;
  readonly utilisation: number | null;
}

/** Something that happened in a series. */
export interface Mark {
  readonly run: number;
  readonly kind: ReportEventKind;
  readonly worse: boolean;
}

export interface HistoryView {
  readonly head: HistoryHead;
  readonly runs: readonly ReportRun[];
  /** How many checks have a series. */
  readonly checks: number;
  readonly metricOf: (check: number) => string;
  readonly keyOf: (check: number) => CheckKey;
  /** Place of a check's series; `null` where it has none. */
  find(key: CheckKey): number | null;
  /** `null` where the run did not have the check. */
  cell(check: number, run: number): Cell | null;
  /** Its error ÷ allowed alone. */
  utilisation(check: number, run: number): number | null;
  /** Limit of the metric in a run. */
  limit(check: number, run: number): number | null;
  /** Value in the approved run. */
  approved(check: number): number | null;
  marksOf(check: number): readonly Mark[];
  /** Model hashes and runtime versions of a run, by name. */
  models(run: number): ReadonlyMap<string, string | null>;
  runtimes(run: number): ReadonlyMap<string, string | null>;
}

/** Opens what {@link HistoryBody} describes. */
export function openBody(head: HistoryHead, bytes: ArrayBuffer): HistoryView {
  const jsonLength = bytes.byteLength < 4 ? 0 : new DataView(bytes).getUint32(0, true);
  const body = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 4, jsonLength))) as HistoryBody;
  const { runs } = head;
  const cells = head.checks * runs.length;
  const columns = new DataView(bytes, 4 + jsonLength, cells * 5);
  const keyOf = keysOf(body);
  let places: Map<string, number> | null = null;
  let marks: Map<number, Mark[]> | null = null;
  return {
    head,
    runs,
    checks: head.checks,
    keyOf,
    metricOf: (check) => body.names[body.metric[check] ?? -1] ?? '',
    find(key) {
      places ??= new Map(Array.from({ length: head.checks }, (_, at) => [keyText(keyOf(at)), at]));
      return places.get(keyText(key)) ?? null;
    },
    cell(check, run) {
      const cell = check * runs.length + run;
      const standing = STANDING_CODES[columns.getUint8(cells * 4 + cell)] ?? null;
      if (standing === null) return null;
      return {
        standing,
        value: unpackError(columns.getUint16(cell * 2, true)),
        utilisation: unpackError(columns.getUint16((cells + cell) * 2, true)),
      };
    },
    utilisation: (check, run) =>
      unpackError(columns.getUint16((cells + check * runs.length + run) * 2, true)),
    limit(check, run) {
      const limit = lastBefore(body.limits[check] ?? [], run) as WireNumber | null;
      return limit === null ? null : fromWire(limit);
    },
    approved: (check) => unpackError(body.approved[check] ?? 0),
    marksOf(check) {
      marks ??= marksByCheck(body.marks);
      return marks.get(check) ?? [];
    },
    models: (run) => textsAt(body.models, run),
    runtimes: (run) => textsAt(body.runtimes, run),
  };
}

function keysOf(body: HistoryBody): (check: number) => CheckKey {
  const name = (column: readonly number[], check: number): string => body.names[column[check] ?? -1] ?? '';
  return (check) => ({
    suite: name(body.suite, check),
    model: name(body.model, check),
    case: name(body.case, check),
    target: name(body.target, check),
    output: (body.output[check] ?? -1) < 0 ? null : name(body.output, check),
  });
}

/** In a list of run, value, run, value …: the value in force in a run. */
function lastBefore(changes: readonly (number | string | null)[], run: number): number | string | null {
  let found: number | string | null = null;
  for (let at = 0; at < changes.length && Number(changes[at]) <= run; at += 2)
    found = changes[at + 1] ?? null;
  return found;
}

function textsAt(facts: readonly Changing[], run: number): ReadonlyMap<string, string | null> {
  return new Map(
    facts.map(({ name, at }) => {
      const text = lastBefore(at, run);
      return [name, text === null ? null : String(text)];
    }),
  );
}

function marksByCheck(flat: readonly number[]): Map<number, Mark[]> {
  const marks = new Map<number, Mark[]>();
  for (let at = 0; at < flat.length; at += 4) {
    const [check = 0, run = 0, kind = 0, worse = 0] = flat.slice(at, at + 4);
    const mark = { run, kind: EVENT_KINDS[kind] ?? 'step', worse: worse === 1 };
    const known = marks.get(check);
    if (known === undefined) marks.set(check, [mark]);
    else known.push(mark);
  }
  return marks;
}
