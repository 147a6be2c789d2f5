/** How a command judges by its options, and how it stores and shows a finished document. */
import { resolve } from 'node:path';
import { checkTolerance, prepareExpressions } from '../compare/index.ts';
import { cleanLine } from '../reporters/format.ts';
import { runChunks } from '../reporters/json/serialise.ts';
import { renderSummary } from '../reporters/terminal/index.ts';
import type { RunDocument } from '../result/index.ts';
import type { ReportExtras } from '../result/report-history.ts';
import type { JudgeOptions } from '../run/index.ts';
import { textOption, type Invocation, type OptionValues } from './command.ts';
import { writeWhole } from './durable.ts';
import { shown, type Project } from './project.ts';
import type { RunFolder } from './store.ts';
import { metricSet, toleranceFrom, withoutDefaults } from './tolerance.ts';

/** How outputs are judged; throws the ParityError of a profile or expression that cannot be used. */
export async function judgeOptions(options: OptionValues): Promise<JudgeOptions> {
  const tolerance = toleranceFrom(options);
  if (tolerance !== null) {
    checkTolerance(tolerance);
    await prepareExpressions([{ tolerance }]);
  }
  return {
    commandLine: tolerance,
    noDefaults: withoutDefaults(options),
    metrics: metricSet(options),
    pairBy: textOption(options, 'pairBy') === 'order' ? 'order' : 'name',
  };
}

/**
 * Stores and shows a finished document; the exit code is the document's own. What cannot be written is told only after
 * the verdict was: WRITE_FAILED is thrown then, unless a signal has the last word.
 */
export async function deliver(
  invocation: Invocation,
  work: { readonly project: Project; readonly folder: RunFolder | null },
  document: RunDocument,
): Promise<number> {
  const { context, talk, terminal } = invocation;
  const { project, folder } = work;
  const failures: Error[] = [];
  const attempt = async (write: () => Promise<void>): Promise<boolean> => {
    try {
      await write();
      return true;
    } catch (error) {
      failures.push(error instanceof Error ? error : new Error(String(error)));
      return false;
    }
  };
  // An interrupted run ends at once; `report` makes its page with the history later.
  const extras = once(async () =>
    document.complete
      ? (await import('./report-extras.ts')).extrasAfterRun(invocation, project, document)
      : {},
  );
  const stored =
    folder !== null &&
    (await attempt(async () =>
      (await import('./store.ts')).storeRun(project.reports, folder, document, extras),
    ));
  await attempt(() => writeJson(invocation, document));
  await attempt(() => writePage(invocation, document, stored ? extras : async () => ({})));
  talk.write(`\n${await renderSummary(document, terminal)}\n`);
  if (stored) talk.write(`report: ${shown(context, folder.path)}/index.html\n`);
  const [failure] = failures;
  if (failure === undefined) return document.exitCode;
  if (!context.signal.aborted) throw failure;
  context.stderr.write(`${cleanLine(failure.message)}\n`);
  return document.exitCode;
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

/** `--html FILE` */
async function writePage(
  { options, context }: Invocation,
  document: RunDocument,
  extrasOf: () => Promise<ReportExtras>,
): Promise<void> {
  const file = textOption(options, 'html');
  if (file === undefined) return;
  const { renderHtml } = await import('../reporters/html/index.ts');
  await writeWhole(resolve(context.cwd, file), [await renderHtml(document, await extrasOf())]);
}

/** `--json` to stdout, `--json=FILE` to a file. */
export async function writeJson(invocation: Invocation, document: RunDocument): Promise<void> {
  const target = textOption(invocation.options, 'json');
  if (target === undefined) return;
  if (target !== '-') {
    await writeWhole(target, runChunks(document));
    return;
  }
  for (const chunk of runChunks(document)) await writeTo(invocation.context.stdout, chunk);
  await writeTo(invocation.context.stdout, '\n');
}

async function writeTo(stream: NodeJS.WriteStream, text: string): Promise<void> {
  if (stream.write(text)) return;
  await new Promise<void>((resolve) => {
    stream.once('drain', resolve);
    stream.once('close', resolve);
    stream.once('error', () => resolve());
  });
}
