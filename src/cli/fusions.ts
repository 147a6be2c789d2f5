/** `inspect --fusions`: lets the runtime optimise a model at each level and says what became of its nodes. */
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChalkInstance } from 'chalk';
import { cliError } from '../errors/catalogue/cli.ts';
import { findFusions, readModel, type GraphChanges, type Model, type OpCount } from '../onnx/index.ts';
import { cleanLine } from '../reporters/format.ts';
import type { Reason } from '../result/index.ts';
import { findTarget, packageVersion } from '../runtimes/index.ts';
import { failures } from '../runtimes/reason-texts.ts';
import { targetFrom } from '../suite/targets.ts';
import type { TargetOptions, TargetSpec } from '../suite/types.ts';
import { createExecutor, type Execution, type Executor } from '../workers/index.ts';
import { ownTemporaryFolder } from './temporary.ts';

const LEVELS = ['disabled', 'basic', 'extended', 'layout', 'all'] as const;

type Level = NonNullable<TargetOptions['optimization']>;

export interface TargetFusions {
  readonly target: string;
  readonly version: string | null;
  /** `problem` where the runtime did not load the model at this level. */
  readonly levels: readonly (
    ({ readonly level: Level } & GraphChanges) | { readonly level: Level; readonly problem: Reason }
  )[];
}

export interface FusionRequest {
  /** `ort-node/cpu`, …; that one where none is named. */
  readonly targets: readonly string[];
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** @throws ParityError USAGE for a target whose runtime writes no optimised model */
export async function fusionsOf(
  model: Model,
  path: string,
  request: FusionRequest,
): Promise<readonly TargetFusions[]> {
  const names = request.targets.length === 0 ? ['ort-node/cpu'] : request.targets;
  const targets = names.map((name) => optimisingTarget(name));
  const removeTemporary = ownTemporaryFolder();
  const executor = createExecutor({ jobs: 1 });
  try {
    const found: TargetFusions[] = [];
    for (const target of targets) {
      const levels: TargetFusions['levels'][number][] = [];
      for (const level of LEVELS)
        levels.push(await atLevel(executor, { model, path, target, level }, request));
      found.push({ target: target.name, version: packageVersion('onnxruntime-node'), levels });
    }
    return found;
  } finally {
    await executor.close();
    await removeTemporary();
  }
}

function optimisingTarget(name: string): TargetSpec {
  const target = targetFrom(name);
  findTarget(target.runtime, target.provider);
  if (target.runtime !== 'ort-node') {
    const problem = `--fusions: ${name} writes no optimised model; ort-node/cpu does.`;
    throw cliError('USAGE', { problem, command: 'inspect ' });
  }
  return target;
}

async function atLevel(
  executor: Executor,
  asked: { readonly model: Model; readonly path: string; readonly target: TargetSpec; readonly level: Level },
  { timeoutMs, signal }: FusionRequest,
): Promise<TargetFusions['levels'][number]> {
  const { model, path, target, level } = asked;
  const optimisedPath = join(mkdtempSync(join(tmpdir(), 'fusions-')), 'optimised.onnx');
  let ended: Execution | null = null;
  await executor.execute(
    {
      target: { ...target, options: { ...target.options, optimization: level } },
      modelPath: path,
      optimisedPath,
      timeoutMs,
      // Nothing is fed: the graph is written while it is loaded, and the refusal of the inputs is no news.
      cases: [{ id: 'load', inputs: () => Promise.resolve(new Map()), repeat: 1 }],
    },
    (_id, execution) => {
      ended = execution;
    },
    signal,
  );
  if (existsSync(optimisedPath)) return { level, ...findFusions(model, readModel(optimisedPath)) };
  return { level, problem: problemOf(target, ended) };
}

function problemOf(target: TargetSpec, execution: Execution | null): Reason {
  const reason = execution === null || execution.status === 'ok' ? undefined : execution.reasons[0];
  return reason ?? failures.graphNotWritten(target.name).reason;
}

/** The fusions for a person: per level what it does beyond the given graph. */
export function fusionsText(found: readonly TargetFusions[], paint: ChalkInstance): string {
  return found.map((target) => targetText(target, paint)).join('\n\n');
}

function targetText({ target, version, levels }: TargetFusions, paint: ChalkInstance): string {
  let before: string | null = null;
  const lines = levels.flatMap((entry) => {
    if ('problem' in entry) {
      return [
        `  ${entry.level.padEnd(9)} ${paint.red(entry.problem.code)} ${cleanLine(entry.problem.message)}`,
      ];
    }
    const changes = changesText(entry);
    const own = changes.join('\n');
    const same = own === before;
    before = own;
    return [
      `  ${entry.level.padEnd(9)} ${entry.nodes} nodes${own === '' ? ', nothing fused' : same ? ', as before' : ''}`,
      ...(same ? [] : changes.map((line) => `            ${cleanLine(line)}`)),
    ];
  });
  const title = `Optimised graph of ${target}${version === null ? '' : ` ${version}`}`;
  return [paint.bold(title), ...lines].join('\n');
}

function changesText({ fused, replaced, added, removed }: GraphChanges): readonly string[] {
  return [
    ...[...fused, ...replaced].map(({ op, from, count }) => `${count} × ${op} ← ${from.join(' + ')}`),
    ...listed('added', added),
    ...listed('gone: computed in advance, without effect, or taken into another', removed),
  ];
}

function listed(what: string, ops: readonly OpCount[]): readonly string[] {
  if (ops.length === 0) return [];
  return [`${what}: ${ops.map(({ op, count }) => `${op} ${count}`).join(', ')}`];
}
