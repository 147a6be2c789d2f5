import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import type { HistoryHead } from '../../result/packed-history.ts';
import type { ReportAudit } from '../../result/report-history.ts';
import { openBody, type HistoryView } from './history.ts';
import { readHistoryBytes } from './page.ts';
import type { RunView } from './rows.ts';

export const RunContext = createContext<RunView | null>(null);
export const HistoryContext = createContext<HistoryHead | null>(null);
export const AuditContext = createContext<ReportAudit | null>(null);

/** The run that the page shows. */
export function useRun(): RunView {
  const run = useContext(RunContext);
  if (run === null) throw new Error('useRun stands outside of the page');
  return run;
}

/** The stored runs in short; `null` where the page has none. */
export function useHistoryHead(): HistoryHead | null {
  return useContext(HistoryContext);
}

export function useAudit(): ReportAudit | null {
  return useContext(AuditContext);
}

/** The series of the stored runs: `null` until they are unpacked, and where there are none. */
export function useHistory(): HistoryView | null {
  const head = useHistoryHead();
  const [view, setView] = useState<HistoryView | null>(opened);
  useEffect(() => {
    if (head === null || view !== null) return undefined;
    let here = true;
    opening ??= readHistoryBytes().then((bytes) => openBody(head, bytes));
    void opening.then((found) => {
      opened = found;
      if (here) setView(found);
    });
    return () => {
      here = false;
    };
  }, [head]);
  return view;
}

let opening: Promise<HistoryView> | null = null;
let opened: HistoryView | null = null;
