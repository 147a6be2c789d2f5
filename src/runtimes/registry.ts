/** Which runtimes exist, what they can compute on, and how each is enabled. Data; a new provider is a new line. */
import { existsSync } from 'node:fs';
import { runtimeError } from '../errors/catalogue/runtimes.ts';
import type { Runtime } from './types.ts';

export interface ProviderEntry {
  readonly name: string;
  /** What it runs on, for `doctor`. */
  readonly what: string;
  /** Platforms (`linux/x64`) whose published binary has it; everywhere where absent. */
  readonly platforms?: readonly string[];
  /** The step that enables it on a host where it does not work. */
  readonly enable: string;
  /** Works wherever the package loads, so that a run need not try it out first. */
  readonly builtIn?: true;
  /** Cannot work in this runtime at all, for this reason: not even probed. */
  readonly never?: string;
}

export interface RuntimeEntry {
  readonly name: string;
  /** The npm package. */
  readonly package: string;
  readonly providers: readonly ProviderEntry[];
  /** Loads it into this process: only ever called in a worker. */
  readonly load: () => Promise<Runtime>;
}

const REINSTALL = 'Reinstall the packages: npm ci';

const FETCH_CUDA = 'ONNXRUNTIME_NODE_INSTALL=cuda12 node node_modules/onnxruntime-node/script/install.js';

/** Where Debian's chromium keeps its software driver. */
const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json';

const WEBGPU_ENABLE =
  process.platform !== 'linux'
    ? 'Use a GPU with a driver for Direct3D 12 (Windows) or Metal (macOS).'
    : existsSync(SWIFTSHADER)
      ? `Without a GPU, use the software driver on this host: set VK_ICD_FILENAMES=${SWIFTSHADER}`
      : 'Install a GPU driver with Vulkan and the loader (libvulkan1). Without a GPU, a software driver works: ' +
        `on Debian \`apt-get install chromium\`, then set VK_ICD_FILENAMES=${SWIFTSHADER}`;

const BROWSER_ONLY = 'It needs a browser; onnxruntime-web has no such provider in Node.';

export const RUNTIMES: readonly RuntimeEntry[] = [
  {
    name: 'ort-node',
    package: 'onnxruntime-node',
    providers: [
      { name: 'cpu', what: 'the processor, native code', enable: REINSTALL, builtIn: true },
      { name: 'webgpu', what: 'a GPU through WebGPU (Dawn), native code', enable: WEBGPU_ENABLE },
      {
        name: 'cuda',
        what: 'an NVIDIA GPU',
        platforms: ['linux/x64'],
        enable: `Install an NVIDIA driver, CUDA 12 and cuDNN 9, then: ${FETCH_CUDA}`,
      },
      {
        name: 'tensorrt',
        what: 'an NVIDIA GPU through TensorRT',
        platforms: ['linux/x64'],
        enable: `Install an NVIDIA driver, CUDA 12, cuDNN 9 and TensorRT 10, then: ${FETCH_CUDA}`,
      },
      {
        name: 'dml',
        what: 'a GPU through DirectML',
        platforms: ['win32/x64', 'win32/arm64'],
        enable: 'Run on Windows 10 or later with a DirectX 12 GPU.',
      },
      {
        name: 'coreml',
        what: 'Core ML on Apple hardware',
        platforms: ['darwin/arm64'],
        enable: 'Run on macOS 10.15 or later.',
      },
      {
        name: 'qnn',
        what: 'a Qualcomm NPU',
        platforms: ['win32/arm64'],
        enable: 'Run on Windows on ARM with a Qualcomm NPU and its driver.',
      },
    ],
    load: async () => (await import('./ort-node/index.ts')).loadOrtNode(),
  },
  {
    name: 'ort-web',
    package: 'onnxruntime-web',
    providers: [
      { name: 'wasm', what: 'the processor, WebAssembly', enable: REINSTALL, builtIn: true },
      { name: 'webgpu', what: 'a GPU through the browser', enable: BROWSER_ONLY, never: BROWSER_ONLY },
      { name: 'webnn', what: 'the browser’s neural network API', enable: BROWSER_ONLY, never: BROWSER_ONLY },
      { name: 'webgl', what: 'a GPU through WebGL', enable: BROWSER_ONLY, never: BROWSER_ONLY },
    ],
    load: async () => (await import('./ort-web/index.ts')).loadOrtWeb(),
  },
];

/** Names of all targets, `ort-node/cpu` first. */
export function targetNames(): readonly string[] {
  return RUNTIMES.flatMap((runtime) =>
    runtime.providers.map((provider) => `${runtime.name}/${provider.name}`),
  );
}

/** @throws ParityError TARGET_UNKNOWN */
export function findTarget(
  runtimeName: string,
  providerName: string,
): { readonly runtime: RuntimeEntry; readonly provider: ProviderEntry } {
  const runtime = RUNTIMES.find((entry) => entry.name === runtimeName);
  const provider = runtime?.providers.find((entry) => entry.name === providerName);
  if (runtime === undefined || provider === undefined) {
    throw runtimeError('TARGET_UNKNOWN', { target: `${runtimeName}/${providerName}`, known: targetNames() });
  }
  return { runtime, provider };
}
