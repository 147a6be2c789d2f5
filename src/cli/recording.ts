/** The journal of a run as a command starts, finds and resumes it. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve } from 'node:path';
import { journalError } from '../errors/catalogue/journal.ts';
import {
  createRecorder,
  findJournal,
  headerOf,
  headOf,
  JOURNAL_VERSION,
  takeOverJournal,
  type FoundJournal,
  type Recorder,
  type RunHeader,
  type RunRequest,
} from '../run/index.ts';
import { textOption, type Invocation, type OptionValues } from './command.ts';
import { writeFailed } from './durable.ts';
import { findProject, type Project } from './project.ts';
import { findRun, openRunFolder, storedRuns, type RunFolder } from './store.ts';

/** An interrupted run, found and not yet touched. */
export interface ResumedRun {
  readonly folder: string;
  readonly found: FoundJournal;
  readonly header: RunHeader;
}

export interface Recording {
  readonly folder: RunFolder;
  readonly recorder: Recorder;
  /** Removes a folder in which nothing is finished. */
  abandon(): Promise<void>;
}

/** Options that say nothing about the plan: a resumed run takes those of its own command line. */
const OWN_OPTIONS: ReadonlySet<string> = new Set(['json', 'html', 'resume', 'out']);

type Facts = Pick<RunRequest, 'root' | 'suites' | 'problems' | 'command' | 'toolVersion'>;

/** Opens the folder of a new run, or of the one that is resumed. @throws ParityError WRITE_FAILED, RESUME_RUNNING */
export async function openRecording(
  { args, options, context }: Invocation,
  { project, resumed }: { readonly project: Project; readonly resumed?: ResumedRun },
  facts: Facts,
): Promise<Recording> {
  if (resumed !== undefined) return reopen(resumed);
  let first: RunHeader | null = null;
  const folder = await openRunFolder(project.reports, async (journal, runId) => {
    first = {
      version: JOURNAL_VERSION,
      document: await headOf({ ...facts, runId }, new Date()),
      started: { cwd: context.cwd, root: facts.root, args, options: planOptions(options, context.cwd) },
      plan: null,
    };
    journal.append({ kind: 'header', header: first });
  });
  if (first === null) throw new Error('a run folder was opened without a header');
  let ended = 0;
  const recorder = createRecorder(folder.journal, first, null);
  return {
    folder,
    recorder: {
      ...recorder,
      ended(record) {
        ended += 1;
        recorder.ended(record);
      },
    },
    async abandon() {
      if (ended > 0) return;
      folder.journal.close();
      await rm(folder.path, { recursive: true, force: true }).catch(() => {});
    },
  };
}

async function reopen({ folder: path, found, header }: ResumedRun): Promise<Recording> {
  const { runId } = header.document;
  const journal = await takeOverJournal(path, found).catch((error: unknown) => {
    throw writeFailed(path, error);
  });
  if (journal === null) throw journalError('RESUME_RUNNING', { run: runId });
  return {
    folder: { path, runId, journal },
    recorder: createRecorder(journal, header, { header, cases: found.journal.cases }),
    abandon: async () => {},
  };
}

/** The run to resume: the named one, or the latest that was interrupted. @throws ParityError RESUME_NOTHING, RESUME_RUNNING, RUN_NOT_FOUND */
export async function findInterrupted(reports: string, run: string | null, cwd: string): Promise<ResumedRun> {
  if (run !== null) {
    const folder = dirname(await findRun(reports, run, cwd));
    const resumed = await interruptedIn(folder);
    if (resumed === null) throw journalError('RESUME_NOTHING', { folder: reports, run });
    if (resumed.found.live) throw journalError('RESUME_RUNNING', { run: basename(folder) });
    return resumed;
  }
  for (const name of (await storedRuns(reports)).toReversed()) {
    const resumed = await interruptedIn(join(reports, name));
    if (resumed !== null && !resumed.found.live) return resumed;
  }
  throw journalError('RESUME_NOTHING', { folder: reports, run });
}

async function interruptedIn(folder: string): Promise<ResumedRun | null> {
  const found = await findJournal(folder);
  if (found === null) return null;
  return { folder, found, header: headerOf(found.journal, join(folder, found.name)) };
}

/** The command line that an interrupted run was started with; what is given now comes before it. */
export function startedAgain(invocation: Invocation, resumed: ResumedRun): Invocation {
  const { args, options, context } = invocation;
  const { header } = resumed;
  const root = rootOf(invocation, resumed);
  const { cwd, root: startedRoot, args: startedArgs, options: startedOptions } = header.started;
  const moved = isBelow(startedRoot, cwd) ? join(root, relative(startedRoot, cwd)) : cwd;
  return {
    ...invocation,
    args: args.length > 0 ? args : startedArgs,
    options: { ...startedOptions, ...options, project: root },
    context: existsSync(moved) ? { ...context, cwd: moved } : context,
  };
}

/** The project that a run is resumed in: that of its folder, which may be another checkout than it was started in. */
function rootOf({ options, context }: Invocation, { folder, header }: ResumedRun): string {
  const here = findProject(context, options);
  if (here === null) return header.started.root;
  const isOurs = textOption(options, 'project') !== undefined || isBelow(here.reports, folder);
  return isOurs ? here.root : header.started.root;
}

function isBelow(folder: string, path: string): boolean {
  const below = relative(folder, path);
  return !below.startsWith('..') && !isAbsolute(below);
}

function planOptions(options: OptionValues, cwd: string): OptionValues {
  const named = textOption(options, 'project');
  return {
    ...Object.fromEntries(Object.entries(options).filter(([name]) => !OWN_OPTIONS.has(name))),
    ...(named === undefined ? {} : { project: resolve(cwd, named) }),
  };
}
