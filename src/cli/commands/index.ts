import type { Command } from '../command.ts';

/**
 * Every command there is, in the order of the help. Loaded one by one: a check of a small model is over sooner
 * than all commands together have loaded what they need.
 */
const LOADERS: Readonly<Record<string, () => Promise<Command>>> = {
  run: async () => (await import('./run.ts')).runCommand,
  check: async () => (await import('./check.ts')).checkCommand,
  compare: async () => (await import('./compare.ts')).compareCommand,
  record: async () => (await import('./record.ts')).recordCommand,
  approve: async () => (await import('./approve.ts')).approveCommand,
  goldens: async () => (await import('./goldens.ts')).goldensCommand,
  inspect: async () => (await import('./inspect.ts')).inspectCommand,
  doctor: async () => (await import('./doctor.ts')).doctorCommand,
  init: async () => (await import('./init.ts')).initCommand,
  report: async () => (await import('./report.ts')).reportCommand,
  history: async () => (await import('./history.ts')).historyCommand,
  baseline: async () => (await import('./baseline.ts')).baselineCommand,
  merge: async () => (await import('./merge.ts')).mergeCommand,
  audit: async () => (await import('./audit.ts')).auditCommand,
};

/** The words with the command first, so that options may stand before it as well. */
export function commandFirst(words: readonly string[]): readonly string[] {
  const at = words.findIndex((word) => Object.hasOwn(LOADERS, word));
  const before = words.slice(0, Math.max(0, at));
  if (before.some((word) => !word.startsWith('-'))) return words;
  return at <= 0 ? words : [words[at] ?? '', ...before, ...words.slice(at + 1)];
}

/** The command that the words ask for; all of them where they ask for none, for help and suggestions. */
export async function commandsFor(words: readonly string[]): Promise<readonly Command[]> {
  const [first] = words;
  const load = first !== undefined && Object.hasOwn(LOADERS, first) ? LOADERS[first] : undefined;
  if (load !== undefined) return [await load()];
  return Promise.all(Object.values(LOADERS).map((loader) => loader()));
}
