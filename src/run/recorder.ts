/** Keeps a run's finished cases safe while it works. */
import type { CaseRecord, RunHeader } from './journal.ts';
import type { JournalFile } from './journal-file.ts';

export interface Recorder {
  /** The header of the run that is resumed; `null` in a new run. */
  readonly resumed: RunHeader | null;
  /** Cases judged before the interruption, by index. */
  readonly before: ReadonlyMap<number, CaseRecord>;
  /** What is known of the run; told again when more is. */
  begin(header: Pick<RunHeader, 'document' | 'plan' | 'files'>): void;
  ended(record: CaseRecord): void;
}

/** Writes to a journal; `first` is the header that it began with. */
export function createRecorder(
  file: JournalFile,
  first: RunHeader,
  resumed: { readonly header: RunHeader; readonly cases: ReadonlyMap<number, CaseRecord> } | null,
): Recorder {
  return {
    resumed: resumed?.header ?? null,
    before: resumed?.cases ?? new Map(),
    begin(header) {
      file.append({ kind: 'header', header: { ...first, ...header } });
    },
    ended(record) {
      file.append({ kind: 'case', case: record });
    },
  };
}
