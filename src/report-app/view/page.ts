/** Reads what the reporter put into the page. Text only: nothing of a run ever becomes markup. */
import type { RunDocument } from '../../result/document.ts';
import type { Evidence } from '../../result/evidence.ts';

export function readRun(): RunDocument {
  return JSON.parse(textOf('run') ?? 'null') as RunDocument;
}

/** The evidence of the check at this place; `null` where there is none or it was left out to keep the page small. */
export function readEvidence(position: number): Evidence | null {
  const text = textOf(`evidence-${position}`);
  return text === null ? null : (JSON.parse(text) as Evidence);
}

function textOf(id: string): string | null {
  const element = document.getElementById(id);
  return element instanceof HTMLScriptElement ? element.textContent : null;
}
