export type { Reproduce } from './check.ts';
export type { RunEvents } from './events.ts';
export { compareFiles, type CompareFilesRequest } from './compare-files.ts';
export { exitCodeOf, summarise } from './exit-code.ts';
export { describeHost } from './host.ts';
export { describeSource } from './source.ts';
export type { JudgeOptions } from './judge.ts';
export {
  createJournal,
  findJournal,
  isJournal,
  takeOverJournal,
  type FoundJournal,
  type JournalFile,
} from './journal-file.ts';
export { ownerOfTag, ownerTag, standingOfOwner, thisOwner } from './journal-owner.ts';
export { JOURNAL_VERSION, type RunHeader } from './journal.ts';
export { createRecorder, type Recorder } from './recorder.ts';
export { documentOfJournal, headerOf } from './resume.ts';
export { planRun, type PlannedCase } from './plan.ts';
export { headOf, run, type RunPart, type RunRequest } from './run.ts';
export { createTensorKeeper, type TensorKeeper } from './tensor-keeper.ts';
