/** A made-up history: nights of one project, with planted events. The same seed gives the same numbers. */
import type { Check, RunDocument } from '../../src/result/index.ts';
import { toWire } from '../../src/result/index.ts';
import { createRandom } from '../builders/random.ts';
import { createCheck, createRun } from '../builders/run-document.ts';

/** One check in one night; an event changes what it gives. */
export interface Night {
  /** From 1. */
  readonly night: number;
  readonly suite: string;
  readonly case: string;
  readonly target: string;
}

export interface Plan {
  readonly nights: number;
  readonly suites?: readonly string[];
  readonly cases?: readonly string[];
  readonly targets?: readonly string[];
  readonly seed?: number;
  /** Standard deviation of the logarithm of the error from night to night. */
  readonly jitter?: number;
  /** Error of a check on a night before jitter; 1e-7 … 1e-6 by its name where absent. */
  readonly factor?: (of: Night) => number;
  readonly fails?: (of: Night) => boolean;
  readonly model?: (of: Night) => string;
  readonly runtime?: (night: number, target: string) => string;
  readonly host?: (night: number) => string;
}

const LIMIT = 1e-4;

/** The documents of all nights, oldest first. */
export function createNights(plan: Plan): readonly RunDocument[] {
  return Array.from({ length: plan.nights }, (_, at) => createNight(plan, at + 1));
}

export function createNight(plan: Plan, night: number): RunDocument {
  const {
    suites = ['digits', 'encoder'],
    cases = ['normal', 'uniform', 'zeros', 'large'],
    targets = TARGETS,
  } = plan;
  const places = suites.flatMap((suite) =>
    cases.flatMap((name) => targets.map((target) => ({ night, suite, case: name, target }))),
  );
  const checks = places.map((place) => checkOf(plan, place));
  const run = createRun({ checks });
  return {
    ...run,
    runId: runIdOf(night),
    startedAt: new Date(Date.UTC(2026, 0, night, 2)).toISOString(),
    source: { commit: night.toString(16).padStart(40, '0'), branch: 'main', dirty: false },
    host: { ...run.host, fingerprint: plan.host?.(night) ?? run.host.fingerprint },
    targets: run.targets.map((target) => ({
      ...target,
      runtimeVersion: plan.runtime?.(night, target.name) ?? '1.30.0',
    })),
  };
}

const TARGETS = ['ort-node/cpu', 'ort-web/wasm', 'ort-node/webgpu'];

export function runIdOf(night: number): string {
  return `${new Date(Date.UTC(2026, 0, night, 2)).toISOString().slice(0, 10).replaceAll('-', '')}-020000-${night.toString(16).padStart(4, '0')}`;
}

function checkOf(plan: Plan, place: Night): Check {
  const { night, suite, case: name, target } = place;
  const base = 1e-7 * (1 + (hash(`${suite}${name}${target}`) % 10));
  const linf =
    base *
    (plan.factor?.(place) ?? 1) *
    Math.exp((plan.jitter ?? 0.1) * normal(hash(`${plan.seed ?? 1} ${night} ${suite} ${name} ${target}`)));
  const holds = linf <= LIMIT && plan.fails?.(place) !== true;
  const utilisation = Number.isNaN(linf) ? Infinity : linf / LIMIT;
  return createCheck({
    suite,
    model: suite,
    modelSha256: plan.model?.(place) ?? `model of ${suite}`,
    case: name,
    target,
    output: 'logits',
    verdict: holds ? 'pass' : 'fail',
    metrics: {
      linf: toWire(linf),
      mse: toWire((linf / 4) ** 2),
      rmse: toWire(linf / 4),
      mismatches: 0,
      utilisation: toWire(utilisation),
    },
    bounds: [
      {
        metric: 'linf',
        limit: LIMIT,
        from: 'suite',
        value: toWire(linf),
        utilisation: toWire(utilisation),
        holds,
      },
    ],
    reasons: holds
      ? []
      : [{ code: 'BOUND_EXCEEDED', message: 'linf lies beyond its bound.', hint: '', level: 'fail' }],
  });
}

/** Standard normal from a seed, by Box and Muller. */
export function normal(seed: number): number {
  const random = createRandom(seed);
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}
