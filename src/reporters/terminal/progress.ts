import type { Ora } from 'ora';
import type { ChalkInstance } from 'chalk';
import type { Check, TargetInfo } from '../../result/index.ts';
import { fromWire } from '../../result/wire.ts';
import { cleanLine, counted, didNotPass, standingOf, utilisationOf } from '../format.ts';
import { paintFor, type TerminalKind } from './style.ts';

/** Lines and a moving counter while a run works. */
export interface Progress {
  plan(plan: {
    readonly suites: readonly string[];
    readonly targets: readonly TargetInfo[];
    readonly jobs: readonly { readonly suite: string; readonly target: string; readonly cases: number }[];
  }): void;
  ended(done: { readonly finished: number; readonly of: number; readonly checks: readonly Check[] }): void;
  stop(): void;
}

/** One line per suite and target as it ends; on a terminal also a counter that moves. */
export async function createProgress(stream: NodeJS.WriteStream, kind: TerminalKind): Promise<Progress> {
  const ora = kind.interactive ? (await import('ora')).default : null;
  const paint = paintFor(kind);
  const groups = new Map<string, Group>();
  let spinner: Ora | null = null;
  const line = (text: string): void => {
    spinner?.clear();
    stream.write(`${text}\n`);
    spinner?.render();
  };

  return {
    plan({ suites, targets, jobs }) {
      line(`${counted(suites.length, 'suite')} on ${counted(targets.length, 'target')}`);
      for (const target of targets) line(targetLine(target, paint));
      for (const { suite, target, cases } of jobs) {
        const group = groups.get(`${suite}\n${target}`) ?? { suite, target, open: 0, checks: [] };
        group.open += cases;
        groups.set(`${suite}\n${target}`, group);
      }
      line('');
      if (ora !== null) spinner = ora({ stream, text: 'starting', discardStdin: false }).start();
    },
    ended({ finished, of, checks }) {
      const [first] = checks;
      if (first === undefined) return;
      const group = groups.get(`${first.suite}\n${first.target}`);
      if (group !== undefined) {
        group.checks.push(...checks);
        group.open -= 1;
        if (group.open === 0) line(groupLine(group, paint));
      }
      if (spinner !== null) spinner.text = `${finished} of ${of} cases`;
    },
    stop() {
      spinner?.stop();
      spinner = null;
    },
  };
}

interface Group {
  readonly suite: string;
  readonly target: string;
  open: number;
  readonly checks: Check[];
}

function targetLine(target: TargetInfo, paint: ChalkInstance): string {
  if (target.available) {
    return `  ${paint.green('✔')} ${cleanLine(target.name)} ${paint.dim(cleanLine(target.runtimeVersion ?? ''))}`.trimEnd();
  }
  const why =
    target.reason === undefined
      ? ''
      : `: ${cleanLine(target.reason.message)} ${cleanLine(target.reason.hint)}`;
  return `  ${paint.yellow('–')} ${cleanLine(target.name)} is not available${paint.dim(why)}`;
}

function groupLine(group: Group, paint: ChalkInstance): string {
  const counts = new Map<string, number>();
  for (const check of group.checks) {
    const standing = standingOf(check);
    counts.set(standing, (counts.get(standing) ?? 0) + 1);
  }
  const bad = group.checks.some((check) => didNotPass(check));
  const skipped = counts.get('skipped') === group.checks.length;
  const mark = bad ? paint.red('✖') : skipped ? paint.yellow('–') : paint.green('✔');
  const text = [...counts].map(([standing, count]) => `${count} ${standing}`).join(', ');
  return `${mark} ${cleanLine(group.suite)} · ${cleanLine(group.target)}  ${text}${paint.dim(headroom(group.checks))}`;
}

/** How much of the tightest bound the worst passing check used. */
function headroom(checks: readonly Check[]): string {
  let worst: number | null = null;
  for (const check of checks) {
    const used = utilisationOf(check);
    if (check.verdict === 'pass' && used !== null && used > (worst ?? -1)) worst = used;
  }
  return worst === null ? '' : `, at most ${percent(fromWire(worst))} of a bound used`;
}

function percent(share: number): string {
  return share === 0 ? '0 %' : share < 0.001 ? '< 0.1 %' : `${(share * 100).toPrecision(2)} %`;
}
