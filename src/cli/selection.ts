import { cliError } from '../errors/catalogue/cli.ts';
import type { RunProblem } from '../result/index.ts';
import { ParityError } from '../errors/index.ts';
import { findTarget, targetNames } from '../runtimes/index.ts';
import { loadSuites, select, targetFrom } from '../suite/index.ts';
import type { Suite } from '../suite/types.ts';
import { listOption, type Invocation } from './command.ts';
import { findProject, projectOrHere, type Project } from './project.ts';

/** The suites that a command line asks for; exit 2 where a pattern matches nothing. */
export async function chooseSuites(invocation: Invocation): Promise<{
  readonly project: Project;
  readonly suites: readonly Suite[];
  readonly problems: readonly RunProblem[];
}> {
  const { args, options, context } = invocation;
  const project = args.length === 0 ? findProject(context, options) : projectOrHere(context, options);
  if (project === null) throw cliError('NO_PROJECT', { folder: context.cwd });
  const loaded = await loadSuites(project.root, args, context.cwd);
  const problems = loaded.problems.map(({ error }) => problemOf(error));
  const usable = loaded.suites.filter((suite) => {
    const unknown = unknownTarget(suite);
    if (unknown !== null) problems.push(problemOf(unknown));
    return unknown === null;
  });
  const chosen = select(withAskedTargets(usable, listOption(options, 'target')), {
    cases: listOption(options, 'case'),
    models: listOption(options, 'model'),
    targets: listOption(options, 'target'),
    only: listOption(options, 'only'),
  });
  const [unmatched] = chosen.unmatched;
  // With a broken suite file, the pattern may have been meant for that suite: its own problem is then the message.
  if (unmatched !== undefined && problems.length === 0) throw cliError('NOTHING_SELECTED', unmatched);
  return {
    project,
    suites: chosen.suites,
    problems,
  };
}

function problemOf({ code, message, hint }: ParityError): RunProblem {
  return { code, message, hint };
}

/** Targets that no runtime has make a suite unusable, as a mistyped name of anything else does. */
function unknownTarget({ targets }: Suite): ParityError | null {
  try {
    for (const { runtime, provider } of targets) findTarget(runtime, provider);
    return null;
  } catch (error) {
    if (error instanceof ParityError) return error;
    throw error;
  }
}

/** A target that exists but that no suite names is run as well, and is required: it was asked for by name. */
function withAskedTargets(suites: readonly Suite[], asked: readonly string[]): readonly Suite[] {
  const listed = new Set(suites.flatMap(({ targets }) => targets.map(({ name }) => name)));
  const more = asked
    .filter((name) => !listed.has(name) && targetNames().includes(name.split('@')[0] ?? name))
    .map((name) => targetFrom(name));
  if (more.length === 0) return suites;
  return suites.map((suite) =>
    suite.file === null ? suite : { ...suite, targets: [...suite.targets, ...more] },
  );
}
