import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { checkTolerance, prepareExpressions } from '../compare/index.ts';
import { createProgress, renderSummary } from '../reporters/terminal/index.ts';
import { runChunks } from '../reporters/json/serialise.ts';
import type { RunDocument, RunProblem } from '../result/index.ts';
import { run, type JudgeOptions, type Reproduce } from '../run/index.ts';
import type { Suite } from '../suite/types.ts';
import { createExecutor } from '../workers/index.ts';
import { numberOption, textOption, flagOption, type Invocation, type OptionValues } from './command.ts';
import { shown, type Project } from './project.ts';
import { commandLine } from './reproduce.ts';
import { newRunId, storeRun, writeWhole } from './store.ts';
import { metricSet, toleranceFrom, withoutDefaults } from './tolerance.ts';
import { toolVersion } from './version.ts';

const DEFAULT_TIMEOUT_SECONDS = 60;

export interface Work {
  readonly project: Project;
  readonly suites: readonly Suite[];
  readonly problems: readonly RunProblem[];
  readonly reproduce: Reproduce;
  /** True where the selection left cases out on purpose. */
  readonly selective: boolean;
  /** Whether the run becomes a folder under reports/. */
  readonly store: boolean;
}

/** Runs suites for a command: workers, progress, result document, run folder, summary, exit code. */
export async function runForCommand(invocation: Invocation, work: Work): Promise<number> {
  const { options, context, talk, terminal } = invocation;
  const judge = await judgeOptions(options);
  const executor = createExecutor({ jobs: jobsFrom(invocation) });
  const progress = await createProgress(talk, terminal);
  let document: RunDocument;
  try {
    document = await run(
      {
        root: work.project.root,
        suites: work.suites,
        problems: work.problems,
        command: commandLine(context.words),
        reproduce: work.reproduce,
        runId: newRunId(new Date()),
        toolVersion: toolVersion(),
        timeoutMs: timeoutMs(invocation),
        judge,
        failFast: flagOption(options, 'failFast'),
        selective: work.selective,
        executor,
        liveSource: async (source) => (await import('../sources/index.ts')).createLiveSource(source),
        signal: context.signal,
      },
      {
        onPlan: (plan) => progress.plan(plan),
        onCase: (done) => progress.ended(done),
      },
    );
  } finally {
    progress.stop();
    await executor.close();
  }
  return deliver(invocation, work, document);
}

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

/** Stores and shows a finished document; the exit code is the document's own. */
export async function deliver(
  invocation: Invocation,
  work: Pick<Work, 'project' | 'store'>,
  document: RunDocument,
): Promise<number> {
  const { context, talk, terminal } = invocation;
  const folder = work.store ? await storeRun(work.project.reports, document) : null;
  await writeJson(invocation, document);
  await writePage(invocation, document);
  talk.write(`\n${await renderSummary(document, terminal)}\n`);
  if (folder !== null) talk.write(`report: ${shown(context, folder)}/index.html\n`);
  return document.exitCode;
}

/** `--html FILE` */
async function writePage({ options, context }: Invocation, document: RunDocument): Promise<void> {
  const file = textOption(options, 'html');
  if (file === undefined) return;
  const { renderHtml } = await import('../reporters/html/index.ts');
  await writeWhole(resolve(context.cwd, file), [await renderHtml(document)]);
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

/** More than four workers seldom pay: the models of a suite are small, and memory counts too. */
function jobsFrom({ options }: Invocation): number {
  return numberOption(options, 'jobs') ?? Math.min(4, availableParallelism());
}

export function timeoutMs({ options }: Pick<Invocation, 'options'>): number {
  return (numberOption(options, 'timeout') ?? DEFAULT_TIMEOUT_SECONDS) * 1000;
}
