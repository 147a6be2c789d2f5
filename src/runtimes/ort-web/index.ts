import { readFile } from 'node:fs/promises';
import type { InferenceSession } from 'onnxruntime-common';
import { admit, readFacts, type ModelFacts } from '../admission.ts';
import { handlerOf, type OrtHandler, type OrtModule } from '../ort/binding.ts';
import { loadFailure } from '../ort/classify.ts';
import { sessionOptions } from '../ort/session-options.ts';
import { createSession } from '../ort/session.ts';
import { isCarried, isFourBit } from '../ort/tensors.ts';
import { onlyProvider } from '../placement.ts';
import { failures } from '../reason-texts.ts';
import type { Runtime } from '../types.ts';
import { fourBitNames, outputsOf, withFourBitOutputs } from './four-bit.ts';

const NAME = 'ort-web';

/** What WebAssembly can address; also more than Node reads in one piece. */
const LARGEST_MODEL_BYTES = 2 ** 31 - 1;

/** onnxruntime-web's module, with the settings that are used. */
type OrtWebModule = OrtModule & {
  readonly env: { logLevel: string; readonly wasm: { numThreads: number } };
};

/** Loads onnxruntime-web's build for Node. Its memory never shrinks: end the process when it has grown. */
export async function loadOrtWeb(): Promise<Runtime> {
  const ort = (await import('onnxruntime-web')) as unknown as OrtWebModule;
  ort.env.logLevel = 'error';
  return {
    name: NAME,
    version: ort.env.versions.web ?? ort.env.versions.common,
    async load(model, provider, options) {
      const facts = model.facts ?? (await readFacts(model.path));
      admit(facts, { runtime: NAME, carries: (dtype) => isCarried(dtype) || isFourBit(dtype) });
      // Read when the first session of the process is made; a process keeps one configuration.
      ort.env.wasm.numThreads = options.threads ?? 1;
      const bytes = await readBytes(model.path);
      const settings = { ...sessionOptions(provider, options), ...(await externalData(facts)) };
      const { handler, readAs } = await open(ort, bytes, settings, fourBitNames(facts.outputs));
      return createSession({
        runtime: NAME,
        handler,
        Tensor: ort.Tensor,
        carries: (dtype) => isCarried(dtype) || isFourBit(dtype),
        placement: onlyProvider(provider, facts.nodes),
        readPlacement: () => onlyProvider(provider, facts.nodes),
        outputs: outputsOf(handler.outputMetadata, readAs),
      });
    },
  };
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_FS_FILE_TOO_LARGE') throw error;
    throw failures.memoryExceeded(NAME, `the model file is larger than ${LARGEST_MODEL_BYTES} bytes`);
  }
}

async function externalData(facts: ModelFacts): Promise<InferenceSession.SessionOptions> {
  if (facts.externalData.length === 0) return {};
  const files = facts.externalData.map(async ({ path, file }) => ({ path, data: await readBytes(file) }));
  return { externalData: await Promise.all(files) };
}

/** Opens the model; once more where the runtime, and not the model, says that an output has four bits. */
async function open(
  ort: OrtModule,
  bytes: Uint8Array,
  settings: InferenceSession.SessionOptions,
  declared: readonly string[],
): Promise<{ readonly handler: OrtHandler; readonly readAs: ReadonlyMap<string, string> }> {
  const model = await withFourBitOutputs(bytes, declared);
  const handler = handlerOf(await create(ort, model.bytes, settings));
  const found = fourBitNames(outputsOf(handler.outputMetadata, model.readAs).map(({ info }) => info));
  if (found.every((name) => declared.includes(name))) return { handler, readAs: model.readAs };
  await handler.dispose();
  return open(ort, bytes, settings, found);
}

async function create(
  ort: OrtModule,
  model: Uint8Array,
  options: InferenceSession.SessionOptions,
): Promise<InferenceSession> {
  try {
    return await ort.InferenceSession.create(model, options);
  } catch (error) {
    throw loadFailure(NAME, error);
  }
}
