import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { reporterError } from '../../errors/catalogue/reporters.ts';
import type { RunDocument } from '../../result/document.ts';
import type { ReportExtras } from '../../result/report-history.ts';
import { countsText, verdictSentence } from '../../result/wording.ts';
import { packBytes } from './compress.ts';
import { packHistory } from './history.ts';
import { inlineJson, pageData, type DataBlock } from './page-data.ts';

/** The report page with the run inside, and the history and audit where they are given: one file that opens from disk and loads nothing else. */
export async function renderHtml(document: RunDocument, extras: ReportExtras = {}): Promise<string> {
  return [...htmlChunks(document, await readTemplate(), extras)].join('');
}

/** The same page in pieces, for runs whose page would not fit in one string. */
export function* htmlChunks(
  document: RunDocument,
  template: string,
  extras: ReportExtras = {},
): Generator<string> {
  const [head, rest] = cut(template, '<title>onnx-parity report</title>');
  const [body, afterNoscript] = cut(rest, '<noscript></noscript>');
  const [beforeRun, tail] = cut(afterNoscript, RUN_SLOT);
  yield `${head}<title>${escapeHtml(titleOf(document))}</title>${body}${noscript(document)}${beforeRun}`;
  for (const block of extraBlocks(extras)) yield* element(block);
  for (const block of pageData(document)) yield* element(block);
  yield tail;
}

const RUN_SLOT = '<script type="application/json" id="run"></script>';

function* element({ id, packed, holds, text }: DataBlock): Generator<string> {
  const of = holds === undefined ? '' : ` data-holds="${holds.join(' ')}"`;
  yield `<script type="${packed ? 'text/plain' : 'application/json'}" id="${id}"${of}>`;
  yield* text;
  yield '</script>\n';
}

function* extraBlocks({ history, audit }: ReportExtras): Generator<DataBlock> {
  if (history !== undefined) {
    const { head, columns } = packHistory(history);
    yield { id: 'history', packed: false, text: [inlineJson(head)] };
    yield { id: 'history-columns', packed: true, text: [packBytes(columns)] };
  }
  if (audit !== undefined) yield { id: 'audit', packed: false, text: [inlineJson(audit)] };
}

/** The page as vite built it. Beside the compiled reporter in `dist`, and there too when this runs from source. */
export async function readTemplate(): Promise<string> {
  const fromSource = import.meta.url.endsWith('.ts');
  const url = new URL(
    fromSource ? '../../../dist/report-app/index.html' : '../../report-app/index.html',
    import.meta.url,
  );
  try {
    return await readFile(url, 'utf8');
  } catch (cause) {
    throw reporterError('REPORT_TEMPLATE_MISSING', { path: fileURLToPath(url) }, cause);
  }
}

function cut(text: string, marker: string): readonly [string, string] {
  const at = text.indexOf(marker);
  if (at < 0) throw reporterError('REPORT_TEMPLATE_MISSING', { path: marker });
  return [text.slice(0, at), text.slice(at + marker.length)];
}

function titleOf(document: RunDocument): string {
  return `${document.exitCode === 0 ? '✓' : '✕'} ${verdictSentence(document)} – onnx-parity`;
}

function noscript(document: RunDocument): string {
  const text = `${verdictSentence(document)} (${countsText(document.summary)}.) The rest of this report needs JavaScript; it loads nothing from a network. The same facts are in run.json, junit.xml and summary.md beside this file.`;
  return `<noscript><p>${escapeHtml(text)}</p></noscript>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
