/** The folder `reports/`: one folder a run, `latest` beside them. */
import {
  mkdir,
  open,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { cliError } from '../errors/catalogue/cli.ts';
import { parseRunDocument } from '../reporters/json/index.ts';
import { runChunks } from '../reporters/json/serialise.ts';
import type { RunDocument } from '../result/index.ts';
import type { ReportExtras } from '../result/report-history.ts';
import { createJournal, documentOfJournal, findJournal, isJournal, type JournalFile } from '../run/index.ts';
import { isDraft, makeFolder, syncFolder, writeFailed, writeWhole } from './durable.ts';
import { newRunId } from './run-id.ts';

/** A run's folder while the run is at work. */
export interface RunFolder {
  readonly path: string;
  readonly runId: string;
  readonly journal: JournalFile;
}

const ABANDONED_MS = 60_000;

/**
 * Makes `reports/<run-id>/` with an open journal in it; `begin` writes the journal's first lines. The folder appears with
 * them or not at all. @throws ParityError WRITE_FAILED
 */
export async function openRunFolder(
  reports: string,
  begin: (journal: JournalFile, runId: string) => Promise<void>,
): Promise<RunFolder> {
  const runId = newRunId(new Date());
  const path = join(reports, runId);
  const draft = join(reports, `.${runId}.tmp`);
  let journal: JournalFile | null = null;
  try {
    await makeFolder(reports);
    await sweep(reports);
    await mkdir(draft);
    journal = createJournal(draft);
    await begin(journal, runId);
    if (journal.failure !== null) throw journal.failure;
    await rename(draft, path);
    await syncFolder(reports);
    return { path, runId, journal };
  } catch (error) {
    journal?.close();
    await rm(draft, { recursive: true, force: true }).catch(() => {});
    throw writeFailed(reports, error);
  }
}

/** Removes drafts of folders and links that a killed run left. */
async function sweep(reports: string): Promise<void> {
  for (const name of await readdir(reports)) {
    if (!isDraft(name)) continue;
    const path = join(reports, name);
    const found = await stat(path).catch(() => null);
    if (found !== null && Date.now() - found.mtimeMs < ABANDONED_MS) continue;
    await rm(path, { recursive: true, force: true }).catch(() => {});
  }
}

/**
 * Writes the result into the run's folder: `run.json` first, because it is the authority and the rest can be made from it
 * again; then `latest`; the journal goes last. @throws ParityError WRITE_FAILED
 */
export async function storeRun(
  reports: string,
  { path: folder, journal }: RunFolder,
  document: RunDocument,
  extrasOf: () => Promise<ReportExtras>,
): Promise<void> {
  try {
    await writeWhole(join(folder, 'run.json'), runChunks(document));
    await writeDerived(folder, document, extrasOf);
    await pointLatest(reports, document.runId);
    for (const name of await readdir(folder)) {
      if (isDraft(name)) await rm(join(folder, name), { force: true });
      // What an interrupted run has finished stays, so that it can be resumed.
      if (isJournal(name) && (document.complete || journal.failure !== null)) await rm(join(folder, name));
    }
    await syncFolder(folder);
  } catch (error) {
    throw writeFailed(folder, error);
  }
}

/** The page comes last: its history counts this run too. */
async function writeDerived(
  folder: string,
  document: RunDocument,
  extrasOf: () => Promise<ReportExtras>,
): Promise<void> {
  const [{ renderHtml }, { renderJUnit }, { renderMarkdown }, { writeParquet }] = await Promise.all([
    import('../reporters/html/index.ts'),
    import('../reporters/junit/index.ts'),
    import('../reporters/markdown/index.ts'),
    import('../history/records.ts'),
  ]);
  await writeParquet(folder, document);
  await writeWhole(join(folder, 'junit.xml'), [renderJUnit(document)]);
  await writeWhole(join(folder, 'summary.md'), [renderMarkdown(document)]);
  await writeWhole(join(folder, 'index.html'), [await renderHtml(document, await extrasOf())]);
}

/** A symbolic link; where links are not to be had (Windows without the right), a file with the run's name. */
async function pointLatest(reports: string, runId: string): Promise<void> {
  const latest = join(reports, 'latest');
  const draft = join(reports, `.latest-${runId}.tmp`);
  try {
    await symlink(runId, draft, 'dir').catch(() => writeFile(draft, `${runId}\n`));
    await rename(draft, latest);
    await syncFolder(reports);
  } catch (error) {
    await rm(draft, { force: true }).catch(() => {});
    throw writeFailed(latest, error);
  }
}

/**
 * The result of a stored run: by id, `latest` (or `last`), a path to its folder or to its `run.json`. Gives the path of `run.json`,
 * or of the journal of a run that was interrupted before it had one: read either with {@link readRun}.
 * @throws ParityError RUN_NOT_FOUND
 */
export async function findRun(reports: string, run: string, cwd: string): Promise<string> {
  const folders = [join(reports, run), resolve(cwd, run)];
  if (run === 'latest' || run === 'last') {
    const target = await readlink(join(reports, 'latest')).catch(() => nameInFile(join(reports, 'latest')));
    if (target !== null) folders.unshift(join(reports, target));
  }
  for (const folder of folders) {
    const path = join(folder, 'run.json');
    if (await isFile(path)) return path;
    const found = await findJournal(folder);
    if (found !== null) return join(folder, found.name);
  }
  const named = resolve(cwd, run);
  if (await isFile(named)) return named;
  throw cliError('RUN_NOT_FOUND', { run, folder: reports, available: await availableIn(reports) });
}

/**
 * The document of a stored run; `shown` names the file in errors. Where a run was interrupted, its journal knows at least
 * as much as its `run.json`, and `complete` is false. @throws ParityError RUN_INVALID, RUN_NOT_JSON, JOURNAL_UNREADABLE
 */
export async function readRun(path: string, shown: string): Promise<RunDocument> {
  const fromJournal = async (): Promise<RunDocument | null> => {
    const found = await findJournal(dirname(path));
    return found === null ? null : documentOfJournal(found.journal, shown);
  };
  if (isJournal(basename(path))) {
    const document = await fromJournal();
    if (document !== null) return document;
    // The run ended in this very moment.
    return readRun(join(dirname(path), 'run.json'), shown);
  }
  const document = parseRunDocument(await readFile(path, 'utf8'), shown);
  if (document.complete || basename(path) !== 'run.json') return document;
  const known = await fromJournal();
  return known === null || known.runId !== document.runId || known.checks.length < document.checks.length
    ? document
    : { ...known, exitCode: document.exitCode };
}

/** Runs that have a folder, oldest first. */
export async function storedRuns(reports: string): Promise<readonly string[]> {
  return (await readdir(reports).catch(() => [])).filter((name) => /^\d{8}-\d{6}-/.test(name)).toSorted();
}

async function availableIn(reports: string): Promise<string> {
  const known = await storedRuns(reports);
  return known.length === 0
    ? 'No run is stored yet: onnx-parity run'
    : `Stored: ${known.slice(-5).join(', ')}`;
}

async function nameInFile(path: string): Promise<string | null> {
  return readFile(path, 'utf8').then(
    (text) => text.trim(),
    () => null,
  );
}

async function isFile(path: string): Promise<boolean> {
  const file = await open(path, 'r').catch(() => null);
  const found = (await file?.stat())?.isFile() ?? false;
  await file?.close();
  return found;
}
