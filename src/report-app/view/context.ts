import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { RunView } from './rows.ts';

export const RunContext = createContext<RunView | null>(null);

/** The run that the page shows. */
export function useRun(): RunView {
  const run = useContext(RunContext);
  if (run === null) throw new Error('useRun stands outside of the page');
  return run;
}
