/** Reasons why a golden does not count, each with the command that mends it. */
import type { Reason } from '../../result/index.ts';
import type { StaleCause } from './types.ts';

interface Place {
  readonly suite: string;
  readonly case: string;
}

export function staleReason(place: Place, cause: StaleCause, detail: string): Reason {
  return {
    code: 'GOLDEN_STALE',
    message: `The golden of ${nameOf(place)} is stale: ${WHAT_CHANGED[cause]} (${detail}).`,
    hint: `If the change is meant, record again: ${recordCommand(place)}`,
    level: 'fail',
  };
}

const WHAT_CHANGED: Readonly<Record<StaleCause, string>> = {
  model: 'the model changed since it was recorded',
  inputs: 'the inputs changed since it was recorded',
  'entry script': 'the entry script of its source changed since it was recorded',
  'dtype policy': 'the dtype policy of its source changed since it was recorded',
  'source settings': 'the settings of its source changed since it was recorded',
};

export function tamperedReason(place: Place, path: string, detail: string): Reason {
  return {
    code: 'GOLDEN_TAMPERED',
    message: `The golden of ${nameOf(place)} is not what was approved: ${path} ${detail}.`,
    hint: `Restore it from version control, or record again: ${recordCommand(place)}`,
    level: 'fail',
  };
}

export function missingReason(place: Place, path: string): Reason {
  return {
    code: 'GOLDEN_MISSING',
    message: `There is no approved golden for ${nameOf(place)}: ${path} does not exist.`,
    hint: `Record it: ${recordCommand(place)}`,
    level: 'fail',
  };
}

export function unreadableReason(place: Place, path: string, problem: string): Reason {
  return {
    code: 'GOLDEN_UNREADABLE',
    message: `The golden of ${nameOf(place)} cannot be read: ${path}: ${problem}.`,
    hint: `Restore it from version control, or record again: ${recordCommand(place)}`,
    level: 'fail',
  };
}

/** What makes the golden of a case anew; one line for a shell. */
export function recordCommand(place: Place): string {
  const suite = quote(place.suite);
  return `onnx-parity record ${suite} --case ${quote(place.case)} && onnx-parity approve ${suite}`;
}

function nameOf(place: Place): string {
  return `${place.suite}/${place.case}`;
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
