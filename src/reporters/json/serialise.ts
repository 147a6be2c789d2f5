import { wireJson } from '../../result/wire.ts';
import type { RunDocument } from '../../result/document.ts';

/** The document as JSON text, one check per line. */
export function serialiseRun(document: RunDocument): string {
  return [...runChunks(document)].join('');
}

/** The same text in pieces, one per check: a string ends at 512 MB, a file does not. */
export function* runChunks(document: RunDocument): Generator<string> {
  const { checks, ...head } = document;
  const opening = wireJson(head, 2);
  yield `${opening.slice(0, opening.lastIndexOf('}')).trimEnd()},\n  "checks": [`;
  let separator = '\n';
  for (const check of checks) {
    yield `${separator}    ${wireJson(check)}`;
    separator = ',\n';
  }
  yield checks.length === 0 ? ']\n}\n' : '\n  ]\n}\n';
}
