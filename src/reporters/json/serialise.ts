import { toWire } from '../../result/wire.ts';
import type { RunDocument } from '../../result/document.ts';

/** The document as JSON text, one check per line. */
export function serialiseRun(document: RunDocument): string {
  return [...runChunks(document)].join('');
}

/** The same text in pieces, one per check: a string ends at 512 MB, a file does not. */
export function* runChunks(document: RunDocument): Generator<string> {
  const { checks, ...head } = document;
  const opening = JSON.stringify(head, wireSafe, 2);
  yield `${opening.slice(0, opening.lastIndexOf('}')).trimEnd()},\n  "checks": [`;
  let separator = '\n';
  for (const check of checks) {
    yield `${separator}    ${JSON.stringify(check, wireSafe)}`;
    separator = ',\n';
  }
  yield checks.length === 0 ? ']\n}\n' : '\n  ]\n}\n';
}

/** What JSON would turn into `null` or refuse: non-finite numbers, −0 and bigints become strings. */
export function wireSafe(_key: string, value: unknown): unknown {
  if (typeof value === 'number') return toWire(value);
  return typeof value === 'bigint' ? String(value) : value;
}
