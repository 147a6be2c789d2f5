import type { ParityError } from '../errors/index.ts';
import type { Placement, Reason } from '../result/index.ts';

/** The reasons that arise between execution and comparison, each with its next step. */
export const runReason = {
  caseDropped(suite: string, name: string, why: string): Reason {
    return {
      code: 'CASE_DROPPED',
      level: 'fail',
      message: `Case ${name} was not judged: ${why}`,
      hint: `Put the case back into suite ${suite}, or remove its golden: onnx-parity record ${suite} && onnx-parity approve ${suite}`,
    };
  },

  caseWithoutSide(name: string, side: 'expected' | 'actual'): Reason {
    const other = side === 'expected' ? 'actual' : 'expected';
    return {
      code: 'CASE_DROPPED',
      level: 'fail',
      message: `Case ${name} has ${other} tensors, but no ${side} ones.`,
      hint: 'Give both sides files of the same names, or compare the two files directly.',
    };
  },

  passedOnRetry(attempt: number, before: string): Reason {
    return {
      code: 'PASSED_ON_RETRY',
      level: 'warn',
      message: `Passed at attempt ${attempt}${before === '' ? '' : `; before: ${before}`}`,
      hint: 'Run the case several times to see how often it fails: --repeat 20.',
    };
  },

  modelUnreadable(path: string, error: ParityError): Reason {
    const message = withCode(withPath(path, error.message), error);
    return { code: 'MODEL_UNREADABLE', level: 'fail', message, hint: error.hint };
  },

  inputsUnusable(name: string, error: ParityError): Reason {
    const message = withCode(`Inputs of case ${name}: ${error.message}`, error);
    return { code: 'INPUT_REJECTED', level: 'fail', message, hint: error.hint };
  },

  referenceUnreadable(path: string, error: ParityError): Reason {
    const message = withCode(withPath(path, error.message), error);
    return { code: 'GOLDEN_UNREADABLE', level: 'fail', message, hint: error.hint };
  },

  referenceIsRuntime(target: string): Reason {
    return {
      code: 'REFERENCE_IS_RUNTIME',
      level: 'warn',
      message: `The expected values come from ${target}, not from the source framework.`,
      hint: 'This shows that runtimes agree, not that they are right. Add a source to the suite, then: onnx-parity record && onnx-parity approve',
    };
  },

  referenceFailed(source: string, message: string, hint: string): Reason {
    return {
      code: 'REFERENCE_FAILED',
      level: 'fail',
      message: `${source} gave no reference: ${message}`,
      hint,
    };
  },

  goldenSampled(output: string, elements: number, of: number): Reason {
    return {
      code: 'GOLDEN_SAMPLED',
      level: 'warn',
      message: `The golden keeps ${elements} of the ${of} elements of ${output}; only these were compared.`,
      hint: 'Take `sample` of this output out of the suite file and record again to compare all of them.',
    };
  },

  sampledNan(output: string, expected: number, actual: number): Reason {
    return {
      code: actual > expected ? 'NAN_ACTUAL' : 'NAN_EXPECTED',
      level: 'fail',
      message: `${output} has ${actual} NaN in all; the reference had ${expected}.`,
      hint: 'The golden keeps a sample of the elements and counts of the rest. Record whole outputs to see where they are.',
    };
  },

  sampledInf(output: string, expected: number, actual: number): Reason {
    return {
      code: 'INF_MISMATCH',
      level: 'fail',
      message: `${output} has ${actual} infinities in all; the reference had ${expected}, or of the other sign.`,
      hint: 'The golden keeps a sample of the elements and counts of the rest. Record whole outputs to see where they are.',
    };
  },

  noOutputs(): Reason {
    return {
      code: 'EMPTY_OUTPUT',
      level: 'fail',
      message: 'Neither the reference nor the target has any output.',
      hint: 'Check the outputs of the model: onnx-parity inspect MODEL',
    };
  },

  nondeterministic(output: string, runs: number, level: Reason['level']): Reason {
    return {
      code: 'NONDETERMINISTIC',
      level,
      message: `Output ${output} differed in its bits between ${runs} runs on the same inputs.`,
      hint: 'Look for random operators or training mode: onnx-parity inspect MODEL',
    };
  },

  placementElsewhere(placement: Placement, level: Reason['level']): Reason {
    const places = Object.entries(placement.nodes).map(([provider, count]) => `${count} on ${provider}`);
    const ran = places.length === 0 ? 'no node ran' : `nodes ran ${places.join(', ')}`;
    const named = placement.fallbacks
      .slice(0, 5)
      .map(({ node, op }) => (node === '' ? op : `${node} (${op})`));
    const why = placement.fallbacks.find((fallback) => fallback.why !== undefined)?.why;
    const rest = placement.fallbacks.length > named.length ? ', …' : '';
    return {
      code: 'PLACEMENT_ELSEWHERE',
      level,
      message: `Asked for ${placement.requested}; ${ran}${named.length === 0 ? '' : `: ${named.join(', ')}${rest}`}.${why === undefined ? '' : ` The first: ${why}.`}`,
      hint:
        (placement.nodes[placement.requested] ?? 0) === 0
          ? `Nothing was tested on ${placement.requested}: give the model a target on the provider that computes it, or operators and types that ${placement.requested} has.`
          : 'The numbers speak for the providers that computed them. Set `fallback: allow | warn | fail` on the target to say what this means.',
    };
  },

  placementUnproven(placement: Placement): Reason {
    return {
      code: 'PLACEMENT_UNPROVEN',
      level: 'fail',
      message: `The runtime gave no proof that ${placement.requested} computed the nodes.`,
      hint: 'Make the temporary folder writable, so that the runtime can write its profile, and run again.',
    };
  },
};

/** Most messages about a file name it themselves. */
function withPath(path: string, message: string): string {
  return message.includes(path) ? message : `${path}: ${message}`;
}

/** The code of the error is the one to look up in docs/errors.md; a check's own code names only the kind. */
function withCode(message: string, { code }: ParityError): string {
  return `${message} (${code})`;
}
