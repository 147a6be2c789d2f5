import { createInterface } from 'node:readline/promises';
import { cliError } from '../../errors/catalogue/cli.ts';
import { counted } from '../../reporters/format.ts';
import { paintFor } from '../../reporters/terminal/index.ts';
import {
  approveProposals,
  describeChange,
  discardProposals,
  listProposals,
  type CaseChange,
  type Proposal,
} from '../../sources/index.ts';
import { changeLines } from '../changes.ts';
import { flagOption, listOption, textOption, type Command, type Invocation } from '../command.ts';
import { writeValue } from '../json.ts';
import { projectOrHere } from '../project.ts';
import { commandLine } from '../reproduce.ts';

export const approveCommand: Command = {
  name: 'approve',
  args: [{ syntax: '[suite...]', description: 'suites by name (default: all with proposals)' }],
  summary: 'show what proposals would change and accept them into goldens/',
  options: ['project', 'case', 'yes', 'reason', 'discard'],
  examples: [
    { line: 'onnx-parity approve', does: 'shows every proposal and asks' },
    {
      line: 'onnx-parity approve digits-pytorch --yes --reason "retrained"',
      does: 'accepts without asking; the reason is kept',
    },
  ],
  async run(invocation) {
    const { args, options, context, talk, terminal } = invocation;
    const { root } = projectOrHere(context, options);
    const proposals = chosen(await listProposals(root, args.length === 0 ? undefined : args), invocation);
    if (proposals.length === 0) {
      await writeValue(invocation, { approved: [], changes: [] });
      talk.write('There is nothing to approve. Make proposals with: onnx-parity record\n');
      return 0;
    }
    const changes = await Promise.all(proposals.map((proposal) => describeChange(proposal)));
    talk.write(listing(changes, invocation));
    if (flagOption(options, 'discard')) {
      await discardProposals(proposals);
      talk.write(`${counted(proposals.length, 'proposal')} discarded\n`);
      return 0;
    }
    const accepted = await accept(proposals, changes, invocation);
    const paint = paintFor(terminal);
    await approveProposals(accepted, { reason: textOption(options, 'reason') ?? null });
    await writeValue(invocation, {
      approved: accepted.map(({ suite, case: name }) => ({ suite, case: name })),
      changes,
    });
    talk.write(`${paint.green('✔')} ${counted(accepted.length, 'golden')} approved\n`);
    return 0;
  },
};

/** Those of the cases named; a name that matches none is a mistake, not an empty wish. */
function chosen(proposals: readonly Proposal[], { options, args }: Invocation): readonly Proposal[] {
  const names = listOption(options, 'case');
  const available = `There are: ${proposals.map(({ suite, case: name }) => `${suite}/${name}`).join(', ')}.`;
  for (const suite of args) {
    const known = proposals.some((proposal) => proposal.suite === suite);
    if (!known && proposals.length > 0)
      throw cliError('NOTHING_SELECTED', { selection: `suite ${suite}`, available });
  }
  for (const name of names) {
    const known = proposals.some((proposal) => proposal.case === name);
    if (!known) throw cliError('NOTHING_SELECTED', { selection: `--case ${name}`, available });
  }
  return names.length === 0 ? proposals : proposals.filter((proposal) => names.includes(proposal.case));
}

function listing(changes: readonly CaseChange[], { terminal }: Invocation): string {
  const paint = paintFor(terminal);
  const lines: string[] = [];
  let suite: string | null = null;
  for (const change of changes) {
    if (change.suite !== suite) lines.push(`${change.suite}\n`);
    suite = change.suite;
    lines.push(changeLines(change, paint));
  }
  return lines.join('');
}

/** All with `--yes`; on a terminal those that are said yes to; elsewhere none, with an error. */
async function accept(
  proposals: readonly Proposal[],
  changes: readonly CaseChange[],
  { options, context, talk }: Invocation,
): Promise<readonly Proposal[]> {
  if (flagOption(options, 'yes')) return proposals;
  if (!context.stdin.isTTY || context.env['CI']) {
    throw cliError('NOT_CONFIRMED', { command: commandLine(context.words) });
  }
  const asking = createInterface({ input: context.stdin, output: talk });
  try {
    const all = await asking.question(
      `Accept ${proposals.length === 1 ? 'it' : `all ${proposals.length}`}? [y]es, [n]o, [s]ome `,
    );
    if (/^y/i.test(all)) return proposals;
    if (!/^s/i.test(all)) return [];
    const kept: Proposal[] = [];
    for (const [at, proposal] of proposals.entries()) {
      const answer = await asking.question(
        `${proposal.suite}/${proposal.case} (${changes[at]?.change ?? 'changed'})? [y/n] `,
      );
      if (/^y/i.test(answer)) kept.push(proposal);
    }
    return kept;
  } finally {
    asking.close();
  }
}
