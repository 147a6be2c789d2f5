/** Reasons why a live source gave no reference. */
import type { Reason, Status } from '../result/index.ts';
import type { SourceSpec } from '../suite/types.ts';

type Failure = Exclude<Status, 'ok'>;

function failed(message: string, hint: string, code: Reason['code'] = 'REFERENCE_FAILED'): Reason {
  return { code, message, hint, level: 'fail' };
}

/** For a person: `torch (export.py:build)`. */
export function sourceLabel(source: SourceSpec): string {
  const file = source.entry.file.split(/[/\\]/).at(-1) ?? source.entry.file;
  return `${source.name} (${source.entry.callable === undefined ? file : `${file}:${source.entry.callable}`})`;
}

export function reportedReason(
  source: SourceSpec,
  failure: { readonly kind: Failure; readonly message: string; readonly traceback: string },
  install: string | null,
): Reason {
  const said = oneLine(failure.message);
  const message = `The source ${sourceLabel(source)} ${VERB[failure.kind]}: ${said}${said.endsWith('.') ? '' : '.'}`;
  if (failure.kind === 'unavailable') return failed(message, install ?? 'See `onnx-parity doctor`.');
  if (failure.kind === 'unsupported') return failed(message, UNSUPPORTED_HINT, 'DTYPE_UNSUPPORTED');
  if (/^Refusal: /m.test(failure.traceback))
    return failed(message, `Correct ${source.entry.file}, or what the suite asks of it.`);
  const where = lastUserFrame(failure.traceback);
  return failed(
    message,
    where === null ? 'Its traceback is in the stderr of this run.' : `It was raised in ${where}.`,
  );
}

// Frameworks write whole pages; the rest is in the stderr.
function oneLine(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > 500 ? `${line.slice(0, 500)}…` : line;
}

const UNSUPPORTED_HINT = 'Choose another dtype for this source, or a source that can express it.';

const VERB: Readonly<Partial<Record<Failure, string>>> = {
  unavailable: 'does not work on this host',
  unsupported: 'cannot do this',
  error: 'failed',
  'out-of-memory': 'ran out of memory',
};

// The innermost frame that is the user's: neither the sidecar nor an installed package.
function lastUserFrame(traceback: string): string | null {
  const frames = [...traceback.matchAll(/^ {2}File "(.+)", line (\d+), in (.+)$/gm)];
  const own = frames.filter(([, file = '']) => !/sidecar\w*\.py$|site-packages|^<|\/lib\/python/.test(file));
  const frame = own.at(-1);
  return frame === undefined ? null : `${frame[1]?.split(/[/\\]/).at(-1)} line ${frame[2]}, in ${frame[3]}`;
}

export function crashedReason(
  source: SourceSpec,
  end: { readonly exitCode: number | null; readonly signal: string | null },
  doing: string,
): Reason {
  const how = end.signal === null ? `exit code ${end.exitCode}` : `signal ${end.signal}`;
  return failed(
    `The process of the source ${sourceLabel(source)} ended ${doing} with ${how}, without a result.`,
    'Look for a call that ends the process (os._exit, a native crash); its last output is in the stderr of this run.',
  );
}

export function timedOutReason(source: SourceSpec, timeoutMs: number, doing: string): Reason {
  return failed(
    `The source ${sourceLabel(source)} gave no answer within ${timeoutMs / 1000} s ${doing} and was killed.`,
    'Raise the limit with `--timeout SECONDS`, or look for a loop that does not end.',
  );
}

export function interruptedReason(source: SourceSpec): Reason {
  return failed(`The source ${sourceLabel(source)} was interrupted.`, 'Run the command again.');
}

export function notStartedReason(
  source: SourceSpec,
  program: string,
  problem: string,
  install: string,
): Reason {
  return failed(`The source ${sourceLabel(source)} could not be started: ${program}: ${problem}.`, install);
}

export function entryMissingReason(source: SourceSpec): Reason {
  return failed(
    `The source ${sourceLabel(source)} has no entry: ${source.entry.file} does not exist.`,
    `Correct \`entry\` of the source ${source.name} in the suite file.`,
  );
}

export function inputsUncarriedReason(source: SourceSpec, names: readonly string[]): Reason {
  return failed(
    `The source ${sourceLabel(source)} cannot be given ${names.join(', ')}: its dtype cannot be passed to a source.`,
    UNSUPPORTED_HINT,
    'DTYPE_UNSUPPORTED',
  );
}

export function outputsUnreadableReason(source: SourceSpec, problem: string): Reason {
  return failed(
    `What the source ${sourceLabel(source)} wrote cannot be read: ${problem}.`,
    'Run the command again; if it stays, report it with the suite.',
  );
}

export function outputNamesReason(
  source: SourceSpec,
  given: readonly string[],
  declared: readonly string[],
): Reason {
  return failed(
    `The source ${sourceLabel(source)} gave the outputs ${given.join(', ')}; the model declares ${declared.join(', ')}.`,
    'Return a dict with the model’s output names, or list them in OUTPUT_NAMES of the entry script.',
  );
}

export function noOutputsReason(source: SourceSpec): Reason {
  return failed(
    `The source ${sourceLabel(source)} gave no outputs.`,
    'Return a dict of tensors by output name, a tuple or a tensor.',
  );
}
