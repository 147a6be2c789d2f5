export { applyBaseline, type ApplyOptions } from './apply-baseline.ts';
export {
  allBaselines,
  asBaselines,
  baselinePath,
  committedBaselines,
  lastRuns,
  parseAgainst,
  readBaseline,
  type Against,
  type AgainstFound,
  type StoredBaseline,
  type SuitePlace,
} from './against.ts';
export { formatBaseline, parseBaseline, type Baseline, type BaselineCheck } from './baseline.ts';
export type { Change } from './changes.ts';
export { eventsOf, type EventKind, type HistoryEvent, type MovedCheck } from './events.ts';
export { applyKnownFailures, parseKnownFailures, type KnownFailure } from './known-failures.ts';
export { appendRun, NO_FACTS } from './append-run.ts';
export { readFacts, stampsOf, writeFacts } from './facts-file.ts';
export { factsOfHistory, historyForReport, type HistoryFacts } from './for-report.ts';
export { floorFor, unitInLastPlace } from './log-error.ts';
export { compact, compactable } from './compact.ts';
export { baselinesFrom } from './make-baseline.ts';
export { mergeRuns, type MergedParts } from './merge.ts';
export { marginalSpread, median, moderatedSpread } from './noise.ts';
export { movementsOf, type Movement } from './movements.ts';
export { openHistory, type History, type OpenOptions } from './open.ts';
export { NO_PAST, pastOf, type Past } from './past.ts';
export { prune, type Pruned } from './prune.ts';
export { literal, maybeNumber, maybeText, numbersAt, textAt } from './duckdb.ts';
export { circumstancesOf, seriesOf, sharesOf, type SeriesFilter } from './queries.ts';
export { PARQUET_FILE, parquetOf, writeParquet } from './records.ts';
export { EXPRESSION_PREFIX } from './rows.ts';
export { sparkline } from './sparkline.ts';
export { keyOf, type CheckKey, type HistoryRun, type PassShare, type Series, type Skipped } from './types.ts';
