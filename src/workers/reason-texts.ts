import type { Reason } from '../result/index.ts';

const MEBIBYTE = 2 ** 20;

/** Why a case has no numbers when its worker ended, each with its next step. */
export const workerReason = {
  crashed(target: string, doing: string, how: string): Reason {
    return {
      code: 'WORKER_CRASHED',
      level: 'fail',
      message: `The worker process of ${target} ended while ${doing}: ${how}.`,
      hint: 'The model makes the runtime crash; only this case is lost. Try `optimization: disabled` or another runtime, and report it to the runtime with the model. SIGKILL from outside is often the kernel’s out-of-memory killer.',
    };
  },

  deadline(target: string, doing: string, timeoutMs: number): Reason {
    return {
      code: 'DEADLINE_EXCEEDED',
      level: 'fail',
      message: `${target} was still ${doing} after ${timeoutMs / 1000} s and was killed.`,
      hint: 'Give it more time with `--timeout SECONDS` (or `timeout:` in the suite); if it never ends, the model loops for ever.',
    };
  },

  memory(target: string, doing: string, rssBytes: number | null, limitBytes: number | null): Reason {
    const used = rssBytes === null ? '' : ` at ${mebibytes(rssBytes)}`;
    const limit = limitBytes === null ? '' : ` over its limit of ${mebibytes(limitBytes)}`;
    return {
      code: 'MEMORY_EXCEEDED',
      level: 'fail',
      message: `The worker process of ${target} ran out of memory while ${doing}${used}${limit}.`,
      hint: 'Use smaller inputs, a higher limit (`--memory MIB`), fewer jobs at once (`--jobs 1`, which also raises the limit of each) or a host with more memory.',
    };
  },

  broken(target: string, problem: string): Reason {
    return {
      code: 'RUN_FAILED',
      level: 'fail',
      message: `onnx-parity itself failed in the worker of ${target}: ${problem}`,
      hint: 'This is a defect of onnx-parity. Please report it with the model.',
    };
  },

  inputsNotSent(problem: string): Reason {
    return {
      code: 'ENVIRONMENT_LACKING',
      level: 'fail',
      message: `The inputs could not be handed to the worker: ${problem}`,
      hint: 'Free space in the temporary folder, or point TMPDIR at one with room.',
    };
  },
};

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / MEBIBYTE)} MiB`;
}

/** Why a target cannot be used on this host, each with the step that enables it. */
export const probeReason = {
  notInstalled: (target: string, packageName: string) =>
    unavailable(
      `${target}: the package ${packageName} is not installed.`,
      `Install it: npm install ${packageName}`,
    ),

  never: (target: string, why: string) =>
    unavailable(
      `${target} does not exist here. ${why}`,
      'Leave this target out, or mark it `optional: true`.',
    ),

  otherPlatform: (target: string, platform: string, platforms: readonly string[], enable: string) =>
    unavailable(`${target} is published for ${platforms.join(' and ')}; this host is ${platform}.`, enable),

  doesNotWork: (target: string, problem: string, enable: string) =>
    unavailable(`${target} does not work on this host: ${problem}`, enable),
};

function unavailable(message: string, hint: string): Reason {
  return { code: 'TARGET_UNAVAILABLE', level: 'fail', message, hint };
}
