import { dirname, resolve } from 'node:path';
import { historyError } from '../../errors/catalogue/history.ts';
import { ParityError } from '../../errors/index.ts';
import { mergeRuns } from '../../history/index.ts';
import type { RunDocument, RunProblem } from '../../result/index.ts';
import { exitCodeOf, summarise } from '../../run/index.ts';
import type { Command, Invocation } from '../command.ts';
import { deliver } from '../deliver.ts';
import { copyKept, keptIn } from '../kept-tensors.ts';
import { prepareOutcomes } from '../outcomes.ts';
import { projectOrHere, shown, type Project } from '../project.ts';
import { commandLine } from '../reproduce.ts';
import { findRun, openRunFolder, readRun } from '../store.ts';
import { toolVersion } from '../version.ts';

export const mergeCommand: Command = {
  name: 'merge',
  args: [
    {
      syntax: '<run...>',
      description:
        'run ids, run folders or result documents: the shards of one plan, or runs of different hosts',
    },
  ],
  summary: 'join runs into one run and one report',
  options: ['project', 'out', 'against', 'html'],
  examples: [
    {
      line: 'onnx-parity merge shards/*',
      does: 'fails and names what is missing where a shard did not report',
    },
    {
      line: 'onnx-parity merge cpu-host gpu-host --against baseline',
      does: 'one matrix over two hosts, held against the baseline',
    },
  ],
  async run(invocation) {
    const { options, context } = invocation;
    const project = projectOrHere(context, options);
    const { runs, problems } = await readAll(invocation, project);
    const parts = mergeRuns(runs.map(({ document }) => document));
    const places = parts.suites.map(({ name, file }) => ({
      name,
      file: file === null ? null : resolve(project.root, file),
    }));
    const outcomes = await prepareOutcomes(invocation, project, places);
    const folder = await openRunFolder(project.reports, async () => {});
    const kept = keptIn(
      runs.map(({ document, path }) => ({ folder: dirname(path), checks: document.checks })),
    );
    const all = [...parts.problems, ...problems];
    const document: RunDocument = {
      ...parts,
      runId: folder.runId,
      tool: { name: 'onnx-parity', version: toolVersion() },
      command: commandLine(context.words),
      problems: all,
      checks: await copyKept(parts.checks, kept, folder.path),
      summary: summarise(parts.checks),
      exitCode: exitCodeOf(parts.checks, all, null),
    };
    return deliver(invocation, { project, folder }, outcomes.settle(document));
  },
};

interface Found {
  readonly path: string;
  readonly document: RunDocument;
}

/** What cannot be read is a gap that the merged run tells; only where nothing can be read there is nothing to tell. */
async function readAll(
  { args, context }: Invocation,
  { reports }: Project,
): Promise<{ readonly runs: readonly Found[]; readonly problems: readonly RunProblem[] }> {
  const runs: Found[] = [];
  const problems: RunProblem[] = [];
  let failure: unknown = null;
  for (const run of args) {
    try {
      const path = await findRun(reports, run, context.cwd);
      runs.push({ path, document: await readRun(path, shown(context, path)) });
    } catch (error) {
      if (!(error instanceof ParityError)) throw error;
      failure ??= error;
      const { code, message, hint } = historyError('MERGE_UNREADABLE', { run, problem: error.message });
      problems.push({ code, message, hint });
    }
  }
  if (runs.length === 0 && failure !== null) throw failure;
  return { runs, problems };
}
