import { createRequire } from 'node:module';
import type { InferenceSession } from 'onnxruntime-common';
import type { TargetOptions } from '../../suite/types.ts';
import { admit, readFacts } from '../admission.ts';
import { handlerOf, type OrtModule } from '../ort/binding.ts';
import { loadFailure } from '../ort/classify.ts';
import { sessionOptions } from '../ort/session-options.ts';
import { createSession } from '../ort/session.ts';
import { isCarried } from '../ort/tensors.ts';
import { valueInfoOf } from '../ort/values.ts';
import { onlyProvider } from '../placement.ts';
import { PROBE_MODEL } from '../probe-model.ts';
import type { ModelToLoad, Runtime, Session } from '../types.ts';
import { profileSession } from './profile.ts';

const NAME = 'ort-node';

/** Options that a provider gets unless the target says otherwise. */
const PROVIDER_DEFAULTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  // Without robustness an index out of range reads foreign memory or ends the process.
  webgpu: { enableRobustness: true },
};

/** Loads the native binding; call it in a process of its own, because a model can end the process. */
export async function loadOrtNode(): Promise<Runtime> {
  // Required, not imported: loading CommonJS through import costs a scan of the file for its export names.
  const ort = createRequire(import.meta.url)('onnxruntime-node') as OrtModule;
  let device: Promise<InferenceSession> | null = null;
  return {
    name: NAME,
    version: ort.env.versions.node ?? ort.env.versions.common,
    async load(model, provider, options) {
      const facts = model.facts ?? (await readFacts(model.path));
      admit(facts, { runtime: NAME, carries: isCarried });
      if (provider === 'webgpu') {
        // The device goes with its last session, and coming back takes most of a second.
        device ??= create(ort, PROBE_MODEL, sessionOptionsOf(provider, options));
        await device;
      }
      return loadSession(ort, model, provider, options, facts.nodes);
    },
  };
}

async function loadSession(
  ort: OrtModule,
  model: ModelToLoad,
  provider: string,
  options: TargetOptions,
  nodes: number,
): Promise<Session> {
  const profile = provider === 'cpu' ? null : profileSession(provider);
  const session = await create(ort, model.path, {
    ...sessionOptionsOf(provider, options),
    ...profile?.options,
    ...(model.optimisedPath === undefined ? {} : { optimizedModelFilePath: model.optimisedPath }),
  });
  const handler = handlerOf(session);
  return createSession({
    runtime: NAME,
    handler,
    Tensor: ort.Tensor,
    carries: isCarried,
    placement: profile === null ? onlyProvider(provider, nodes) : null,
    readPlacement: () => profile?.read(nodes) ?? onlyProvider(provider, nodes),
    outputs: handler.outputMetadata.map((metadata) => ({
      name: metadata.name,
      from: metadata.name,
      info: valueInfoOf(metadata),
    })),
  });
}

function sessionOptionsOf(provider: string, options: TargetOptions): InferenceSession.SessionOptions {
  return sessionOptions(provider, options, PROVIDER_DEFAULTS[provider]);
}

async function create(
  ort: OrtModule,
  model: string | Uint8Array,
  options: InferenceSession.SessionOptions,
): Promise<InferenceSession> {
  try {
    return await ort.InferenceSession.create(model, options);
  } catch (error) {
    throw loadFailure(NAME, error);
  }
}
