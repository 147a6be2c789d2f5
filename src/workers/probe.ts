/** Finds out what works on this host by computing with it: a tiny model, in a worker process, with a deadline. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Placement, Reason } from '../result/index.ts';
import { packageVersion } from '../runtimes/package-version.ts';
import { PROBE_INPUT, PROBE_MODEL, PROBE_OUTPUT } from '../runtimes/probe-model.ts';
import { findTarget, RUNTIMES, type ProviderEntry, type RuntimeEntry } from '../runtimes/registry.ts';
import type { Availability } from '../runtimes/types.ts';
import { createExecutor, defaultJobs } from './executor.ts';
import { probeReason } from './reason-texts.ts';
import { inTemporaryFolder, makeTemporaryFolder } from './temporary-folder.ts';
import type { Execution, Executor } from './types.ts';

export interface ProbeOptions {
  /** Where to run; one of its own, closed afterwards, where absent. Its processes stay warm for the run that follows. */
  readonly executor?: Executor;
  readonly env?: NodeJS.ProcessEnv;
  readonly timeoutMs?: number;
  /** Takes providers that work wherever their package loads for available without trying them out. */
  readonly trustBuiltIn?: boolean;
}

/** One provider of one runtime as `doctor` shows it. */
export interface RuntimeDescription {
  readonly target: string;
  readonly package: string;
  readonly version: string | null;
  readonly what: string;
  readonly availability: Availability;
  /** The step that enables it. */
  readonly enable: string;
}

const TIMEOUT_MS = 30_000;

/** Availability of targets (`ort-node/cpu`, …) on this host. @throws ParityError TARGET_UNKNOWN */
export async function probeTargets(
  names: readonly string[],
  options: ProbeOptions = {},
): Promise<Map<string, Availability>> {
  const targets = names.map((name) => ({ name, ...parse(name) }));
  const found = new Map<string, Availability>();
  const unsure: typeof targets = [];
  for (const target of targets) {
    const known = knownOf(target.runtime, target.provider, options.trustBuiltIn === true);
    if (known === null) unsure.push(target);
    else found.set(target.name, known);
  }
  if (unsure.length > 0) for (const [name, tried] of await tryAll(unsure, options)) found.set(name, tried);
  return new Map(names.flatMap((name) => [[name, found.get(name)!]]));
}

async function tryAll(
  targets: readonly {
    readonly name: string;
    readonly runtime: RuntimeEntry;
    readonly provider: ProviderEntry;
  }[],
  options: ProbeOptions,
): Promise<readonly (readonly [string, Availability])[]> {
  const folder = makeTemporaryFolder('onnx-parity-probe-');
  const executor =
    options.executor ??
    createExecutor({ jobs: defaultJobs(), ...(options.env === undefined ? {} : { env: options.env }) });
  try {
    const modelPath = join(folder, 'probe.onnx');
    inTemporaryFolder(() => writeFileSync(modelPath, PROBE_MODEL));
    const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
    const tries = targets.map(async ({ name, runtime, provider }) => {
      return [name, await probe(executor, runtime, provider, modelPath, timeoutMs)] as const;
    });
    return await Promise.all(tries);
  } finally {
    if (options.executor === undefined) await executor.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Every provider of every runtime, with its version, whether it works here, and what enables it. */
export async function describeRuntimes(options: ProbeOptions = {}): Promise<readonly RuntimeDescription[]> {
  const entries = RUNTIMES.flatMap((runtime) => runtime.providers.map((provider) => ({ runtime, provider })));
  const found = await probeTargets(
    entries.map(({ runtime, provider }) => `${runtime.name}/${provider.name}`),
    options,
  );
  return entries.flatMap(({ runtime, provider }) => {
    const target = `${runtime.name}/${provider.name}`;
    const availability = found.get(target);
    if (availability === undefined) return [];
    const { what, enable } = provider;
    return [
      {
        target,
        package: runtime.package,
        version: packageVersion(runtime.package),
        what,
        availability,
        enable,
      },
    ];
  });
}

function parse(name: string): { readonly runtime: RuntimeEntry; readonly provider: ProviderEntry } {
  const [runtime = '', provider = ''] = name.split('/');
  return findTarget(runtime, provider);
}

/** What can be said without trying a provider out; `null` where only a try tells. */
function knownOf(runtime: RuntimeEntry, provider: ProviderEntry, trustBuiltIn: boolean): Availability | null {
  const runtimeVersion = packageVersion(runtime.package);
  const target = `${runtime.name}/${provider.name}`;
  const unavailable = (reason: Reason): Availability => ({ available: false, runtimeVersion, reason });
  if (runtimeVersion === null) return unavailable(probeReason.notInstalled(target, runtime.package));
  if (provider.never !== undefined) return unavailable(probeReason.never(target, provider.never));
  const platform = `${process.platform}/${process.arch}`;
  if (provider.platforms?.includes(platform) === false) {
    return unavailable(probeReason.otherPlatform(target, platform, provider.platforms, provider.enable));
  }
  return trustBuiltIn && provider.builtIn === true ? available(runtime, provider, runtimeVersion) : null;
}

async function probe(
  executor: Executor,
  runtime: RuntimeEntry,
  provider: ProviderEntry,
  modelPath: string,
  timeoutMs: number,
): Promise<Availability> {
  const runtimeVersion = packageVersion(runtime.package) ?? '';
  const target = `${runtime.name}/${provider.name}`;
  const execution = await tryOut(executor, runtime.name, provider.name, modelPath, timeoutMs);
  const problem = problemOf(execution, provider.name);
  if (problem === null) return available(runtime, provider, runtimeVersion);
  return {
    available: false,
    runtimeVersion,
    reason: probeReason.doesNotWork(target, problem, provider.enable),
  };
}

function available(runtime: RuntimeEntry, provider: ProviderEntry, runtimeVersion: string): Availability {
  return {
    available: true,
    runtimeVersion,
    detail: `${runtime.package} ${runtimeVersion}: ${provider.what}`,
  };
}

async function tryOut(
  executor: Executor,
  runtime: string,
  provider: string,
  modelPath: string,
  timeoutMs: number,
): Promise<Execution | null> {
  const [name, data] = PROBE_INPUT;
  const inputs = new Map([[name, { dtype: 'float32', shape: [data.length], data } as const]]);
  let found: Execution | null = null;
  await executor.execute(
    {
      target: {
        name: `${runtime}/${provider}`,
        runtime,
        provider,
        options: {},
        optional: false,
        fallback: 'allow',
      },
      modelPath,
      timeoutMs,
      cases: [{ id: 'probe', inputs: () => Promise.resolve(inputs), repeat: 1 }],
    },
    (_id, execution) => {
      found = execution;
    },
    new AbortController().signal,
  );
  return found;
}

/** What keeps the provider from being used; `null` where it computed the right thing itself. */
function problemOf(execution: Execution | null, provider: string): string | null {
  if (execution === null) return 'the probe gave no answer';
  if (execution.status !== 'ok') {
    const stderr = execution.crash?.stderr ?? '';
    return [execution.reasons[0]?.message ?? execution.status, stderr]
      .filter((text) => text !== '')
      .join(' ');
  }
  const [name, expected] = PROBE_OUTPUT;
  const values = execution.outputs.get(name)?.data;
  if (values === undefined || expected.some((value, i) => values[i] !== value))
    return 'it computed 1 + 1 wrongly';
  return elsewhere(execution.placement, provider) ? 'it loads, but computes on another provider' : null;
}

function elsewhere(placement: Placement, provider: string): boolean {
  return placement.proof !== 'none' && (placement.nodes[provider] ?? 0) === 0;
}
