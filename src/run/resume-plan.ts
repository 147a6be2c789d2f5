/** What a plan is known by, so that the rest of a run is held to the same plan as its first part. */
import { createHash } from 'node:crypto';
import type { Host, TargetInfo } from '../result/index.ts';
import type { Suite } from '../suite/types.ts';
import type { PlannedJob } from './plan.ts';

export interface PlanPrint {
  /** Hash of the parts below. */
  readonly hash: string;
  /** Planned cases. */
  readonly cases: number;
  readonly tool: string;
  readonly host: string;
  /** Hash of what the command line says about judging. */
  readonly settings: string;
  /** Hash of each suite as it was loaded and selected, with its planned cases in order. */
  readonly suites: Readonly<Record<string, string>>;
  /** `available` or not, and the runtime's version. */
  readonly targets: Readonly<Record<string, string>>;
}

export interface PrintFacts {
  readonly root: string;
  readonly toolVersion: string;
  readonly host: Host;
  readonly settings: unknown;
  readonly suites: readonly Suite[];
  readonly plan: readonly PlannedJob[];
  readonly targets: ReadonlyMap<string, TargetInfo>;
}

export function printOf(facts: PrintFacts): PlanPrint {
  const { root, suites, plan } = facts;
  const keys = new Map<Suite, string[]>(suites.map((suite) => [suite, []]));
  for (const { suite, model, target, cases } of plan) {
    keys
      .get(suite)
      ?.push(`${model.name}\n${target.name}\n${cases.map(({ case: { name } }) => name).join('\n')}`);
  }
  const parts = {
    cases: plan.reduce((sum, { cases }) => sum + cases.length, 0),
    tool: facts.toolVersion,
    host: facts.host.fingerprint,
    settings: hashOf(facts.settings, root),
    suites: Object.fromEntries(suites.map((suite) => [suite.name, hashOf([suite, keys.get(suite)], root)])),
    targets: Object.fromEntries(
      [...facts.targets].map(([name, { available, runtimeVersion }]) => [
        name,
        available ? (runtimeVersion ?? 'available') : 'not available',
      ]),
    ),
  };
  return { hash: hashOf(parts, root), ...parts };
}

/** What is not as it was, for a person; empty where the plans are the same. */
export function differencesOf(before: PlanPrint, now: PlanPrint): readonly string[] {
  if (before.hash === now.hash) return [];
  return [
    ...(before.tool === now.tool ? [] : [`onnx-parity was ${before.tool} and is ${now.tool}`]),
    ...(before.host === now.host ? [] : ['the host is another']),
    ...(before.settings === now.settings ? [] : ['tolerances or metrics of the command line']),
    ...named('suite', before.suites, now.suites, () => 'is another, or another part of it is selected'),
    ...named('target', before.targets, now.targets, (was, is) => `was ${was} and is ${is}`),
  ];
}

function named(
  what: string,
  before: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
  changed: (was: string, is: string) => string,
): readonly string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(now)])].flatMap((name) => {
    const [was, is] = [before[name], now[name]];
    if (was === is) return [];
    if (is === undefined) return [`${what} ${name} is gone`];
    return [was === undefined ? `${what} ${name} is new` : `${what} ${name} ${changed(was, is)}`];
  });
}

/** Maps as lists of pairs; the project's folder cut off, so that a project may move. */
function hashOf(value: unknown, root: string): string {
  const json = JSON.stringify(value, (_key, part: unknown) => {
    if (part instanceof Map) return [...(part as ReadonlyMap<unknown, unknown>)];
    if (typeof part === 'string' && part.startsWith(root)) return part.slice(root.length);
    return typeof part === 'bigint' || (typeof part === 'number' && !Number.isFinite(part))
      ? String(part)
      : part;
  });
  return createHash('sha256').update(json).digest('hex').slice(0, 16);
}
