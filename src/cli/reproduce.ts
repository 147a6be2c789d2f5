import type { Reproduce } from '../run/index.ts';

const SAFE = /^[\w@%+=:,./-]+$/;

/** One word as a POSIX shell reads it back. */
export function quoted(word: string): string {
  return SAFE.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

export function commandLine(words: readonly string[]): string {
  return ['onnx-parity', ...words].map(quoted).join(' ');
}

/** `run` with everything but one check left out. */
export const reproduceByRun: Reproduce = ({ suite, model, case: name, target }) => {
  const words = ['run', suite];
  if (model !== undefined) words.push('--model', model);
  if (name !== undefined) words.push('--case', name);
  if (target !== undefined && !target.startsWith('source/')) words.push('--target', target);
  return commandLine(words);
};
