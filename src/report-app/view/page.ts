/** Reads what the reporter put into the page. Text only: nothing of a run ever becomes markup. */
import type { RunDocument } from '../../result/document.ts';
import type { Evidence } from '../../result/evidence.ts';
import type { HistoryHead } from '../../result/packed-history.ts';
import type { ReportAudit } from '../../result/report-history.ts';

/** The run; large ones are compressed. */
export async function readRun(): Promise<RunDocument> {
  const element = block('run');
  if (element?.type !== 'text/plain') return JSON.parse(element?.textContent ?? 'null') as RunDocument;
  return (await unpacked(element).json()) as RunDocument;
}

/** `null` where the page was made without a history. */
export function readHistoryHead(): HistoryHead | null {
  return parsed('history') as HistoryHead | null;
}

export async function readHistoryBytes(): Promise<ArrayBuffer> {
  const element = block('history-columns');
  return element === null ? new ArrayBuffer(0) : unpacked(element).arrayBuffer();
}

/** `null` where the page was made without an audit. */
export function readAudit(): ReportAudit | null {
  return parsed('audit') as ReportAudit | null;
}

/** The evidence of the check at this place; `null` where there is none or it was left out to keep the page small. */
export async function readEvidence(position: number): Promise<Evidence | null> {
  const alone = parsed(`evidence-${position}`) as Evidence | null;
  if (alone !== null) return alone;
  const element = holder(position);
  if (element === null) return null;
  const all = (await unpacked(element).json()) as Readonly<Record<string, Evidence>>;
  return all[String(position)] ?? null;
}

function holder(position: number): HTMLScriptElement | null {
  const wanted = String(position);
  for (const element of document.querySelectorAll<HTMLScriptElement>('script[data-holds]')) {
    if (element.dataset['holds']?.split(' ').includes(wanted) === true) return element;
  }
  return null;
}

function parsed(id: string): unknown {
  const text = block(id)?.textContent;
  return text === undefined ? null : JSON.parse(text);
}

function block(id: string): HTMLScriptElement | null {
  const element = document.getElementById(id);
  return element instanceof HTMLScriptElement ? element : null;
}

/** Base64 of a gzip file. */
function unpacked({ textContent }: HTMLScriptElement): Response {
  const text = atob(textContent);
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip')));
}
