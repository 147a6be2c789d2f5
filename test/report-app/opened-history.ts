import { openBody, type HistoryView } from '../../src/report-app/view/history.ts';
import { packHistory } from '../../src/reporters/html/history.ts';
import type { RunDocument } from '../../src/result/document.ts';
import type { RunHistory } from '../../src/result/report-history.ts';
import { createHistory, type HistoryPlan } from '../builders/history.ts';

/** A history as the page opens it. */
export function openedHistory(document: RunDocument, plan: HistoryPlan): HistoryView {
  return opened(createHistory(document, plan));
}

export function opened(history: RunHistory): HistoryView {
  const { head, columns } = packHistory(history);
  return openBody(head, columns.buffer);
}
