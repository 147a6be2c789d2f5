import { resolve } from 'node:path';
import { cliError } from '../../errors/catalogue/cli.ts';
import { historyError } from '../../errors/catalogue/history.ts';
import {
  allBaselines,
  circumstancesOf,
  compact,
  compactable,
  eventsOf,
  keyOf,
  openHistory,
  prune,
  seriesOf,
  sharesOf,
  type History,
  type Series,
  type SeriesFilter,
} from '../../history/index.ts';
import { cleanLine, counted } from '../../reporters/format.ts';
import { parseRunDocument } from '../../reporters/json/index.ts';
import { paintFor } from '../../reporters/terminal/index.ts';
import { fromWire, type WireNumber } from '../../result/index.ts';
import { listOption, numberOption, textOption, type Command, type Invocation } from '../command.ts';
import { dayOf, eventLines, seriesTable, shareTable } from '../history-text.ts';
import { writeValue } from '../json.ts';
import { tellSkipped } from '../outcomes.ts';
import { projectOrHere, shown } from '../project.ts';
import { findRun, readRun } from '../store.ts';

export const historyCommand: Command = {
  name: 'history',
  args: [
    {
      syntax: '[action]',
      description: '`prune`: remove old runs, with --keep; `compact`: make a long history open faster, now',
    },
  ],
  summary: 'what moved since when: every check over the stored runs',
  options: ['project', 'out', 'from', 'suite', 'model', 'case', 'target', 'output', 'metric', 'last', 'keep'],
  examples: [
    { line: 'onnx-parity history', does: 'what moved, on which night, and what else changed then' },
    {
      line: 'onnx-parity history --suite digits-pytorch --target ort-web/wasm --json',
      does: 'the series of these checks',
    },
    {
      line: 'onnx-parity history prune --keep 100',
      does: 'keeps the newest 100 runs and those that a baseline was taken from',
    },
  ],
  async run(invocation) {
    const { args, options, context } = invocation;
    const [action] = args;
    if (action !== undefined && !ACTIONS.includes(action)) {
      throw cliError('USAGE', {
        problem: `Unknown action ${action}. There are: ${ACTIONS.join(', ')}.`,
        command: 'history ',
      });
    }
    const { reports } = projectOrHere(context, options);
    const last = numberOption(options, 'last');
    const from = textOption(options, 'from');
    const history = await openHistory(from === undefined ? reports : placed(from, context.cwd), {
      parse: parseRunDocument,
      ...(last === undefined || action !== undefined ? {} : { last }),
    });
    try {
      if (action === 'prune') return await pruneRuns(invocation, history, reports);
      if (action === 'compact') return await compactRuns(invocation, history, reports);
      const code = await showHistory(invocation, history);
      const isStore = from === undefined && last === undefined;
      if (isStore && compactable(history) >= WORTH_COMPACTING) {
        // Who asks for a few checks does not wait for it.
        if (FILTERS.every((name) => listOption(invocation.options, name).length === 0))
          await compactQuietly(reports, history);
        else invocation.talk.write(COMPACT_HINT);
      }
      return code;
    } finally {
      history.close();
    }
  },
};

const FILTERS = ['suite', 'model', 'case', 'target', 'output'] as const;
const COMPACT_HINT = 'hint: a long history opens faster after `onnx-parity history compact`\n';

const ACTIONS: readonly string[] = ['prune', 'compact'];

/** Old runs read one by one: from here on it is felt. */
const WORTH_COMPACTING = 200;

/** For the next time; a store that cannot be written to stays as it is. */
async function compactQuietly(reports: string, history: History): Promise<void> {
  await compact(reports, history).catch(() => {});
}

async function compactRuns(invocation: Invocation, history: History, reports: string): Promise<number> {
  tellSkipped(invocation, history);
  const runs = await compact(reports, history);
  await writeValue(invocation, { compacted: runs });
  invocation.talk.write(`${counted(runs, 'run')} compacted; the newest stay by themselves\n`);
  return 0;
}

function placed(from: string, cwd: string): string {
  return /^[a-z][a-z0-9+.-]+:\/\//i.test(from) ? from : resolve(cwd, from);
}

async function showHistory(invocation: Invocation, history: History): Promise<number> {
  const { options, context, talk, terminal } = invocation;
  const paint = paintFor(terminal);
  if (history.runs.length === 0) {
    tellSkipped(invocation, history);
    throw historyError('NO_RUNS', { folder: shown(context, placeOfHistory(invocation)) });
  }
  const filter = filterFrom(invocation);
  const series = await seriesOf(history, filter);
  if (series.length === 0) {
    throw cliError('NOTHING_SELECTED', {
      selection: selectionText(filter),
      available: 'See what there is: onnx-parity history',
    });
  }
  const events = eventsOf(history.runs, series, await circumstancesOf(history, filter));
  const shares = await sharesOf(history, filter);
  const approved = await approvedValues(invocation, series);
  const { runs, incomplete, skipped } = history;
  await writeValue(invocation, {
    runs,
    incomplete,
    skipped,
    events,
    series: series.map((one) => ({ ...one, baseline: approved.get(one) ?? null })),
    shares,
  });
  tellSkipped(invocation, history);
  if (textOption(options, 'json') === '-') return 0;
  const left =
    incomplete.length === 0
      ? ''
      : `; ${counted(incomplete.length, 'run')} left out: at work, interrupted or a single shard`;
  talk.write(
    `${counted(runs.length, 'run')} from ${dayOf(runs[0]?.startedAt ?? null)} to ${dayOf(runs.at(-1)?.startedAt ?? null)}, ${counted(series.length, 'check')}${left}\n\n`,
  );
  talk.write(
    `${eventLines(events, paint)}\n\n${shareTable(shares, runs, paint)}\n\n${seriesTable(series, events, approved, paint)}\n`,
  );
  return 0;
}

function placeOfHistory({ options, context }: Invocation): string {
  return textOption(options, 'from') ?? projectOrHere(context, options).reports;
}

function filterFrom({ options }: Invocation): SeriesFilter {
  const metric = textOption(options, 'metric');
  return {
    suites: listOption(options, 'suite'),
    models: listOption(options, 'model'),
    cases: listOption(options, 'case'),
    targets: listOption(options, 'target'),
    outputs: listOption(options, 'output'),
    ...(metric === undefined ? {} : { metric }),
  };
}

function selectionText({
  suites = [],
  models = [],
  cases = [],
  targets = [],
  outputs = [],
}: SeriesFilter): string {
  return cleanLine([...suites, ...models, ...cases, ...targets, ...outputs].join(', ')) || 'this';
}

/** The approved value of each series, where its suite has a baseline; a baseline that cannot be read is told, not fatal. */
async function approvedValues(
  { context, options, talk }: Invocation,
  series: readonly Series[],
): Promise<ReadonlyMap<Series, number>> {
  const approved = new Map<string, Readonly<Record<string, WireNumber>>>();
  for (const { baseline, error } of await allBaselines(projectOrHere(context, options).root)) {
    if (error !== null) talk.write(`warning: ${cleanLine(error.message)}\n`);
    for (const check of baseline?.checks ?? [])
      approved.set(keyOf({ ...check, suite: baseline?.suite ?? '' }), check.metrics);
  }
  return new Map(
    series.flatMap((one) => {
      const metrics = approved.get(keyOf(one)) ?? {};
      const value = Object.hasOwn(metrics, one.metric) ? metrics[one.metric] : undefined;
      return value === undefined ? [] : [[one, fromWire(value)] as const];
    }),
  );
}

async function pruneRuns(invocation: Invocation, history: History, reports: string): Promise<number> {
  const { options, context, talk } = invocation;
  const keep = numberOption(options, 'keep');
  if (keep === undefined)
    throw cliError('USAGE', { problem: 'Say how many runs stay: --keep N.', command: 'history ' });
  if (textOption(options, 'from') !== undefined)
    throw cliError('USAGE', { problem: 'prune works on a store, not on --from.', command: 'history ' });
  const always = await approvedRuns(invocation);
  // What `reports/latest` points at must stay reachable.
  const latest = await findRun(reports, 'latest', context.cwd).then(
    (path) => readRun(path, path),
    () => null,
  );
  if (latest !== null) always.add(latest.runId);
  const { removed, kept } = await prune(history, keep, always);
  tellSkipped(invocation, history);
  await writeValue(invocation, { removed, kept });
  talk.write(`${counted(removed.length, 'run')} removed, ${kept.length} kept\n`);
  return 0;
}

async function approvedRuns({ context, options }: Invocation): Promise<Set<string>> {
  const found = await allBaselines(projectOrHere(context, options).root);
  return new Set(found.flatMap(({ baseline }) => (baseline === null ? [] : [baseline.run.runId])));
}
