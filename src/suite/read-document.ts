/** Reads a suite written in YAML or JSON: plain data, and where each property stands. */
import { isAlias, isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, visit } from 'yaml';
import type { Document, Node } from 'yaml';

import { suiteError } from '../errors/catalogue/suite.ts';
import { ParityError } from '../errors/index.ts';
import type { PropertyPath } from './problems.ts';

/** Where a property stands in the text, counted from 1; `null` where there is no text. */
export type Locate = (path: PropertyPath, at: 'key' | 'value') => Position | null;

export interface Position {
  readonly line: number;
  readonly col: number;
}

/** More aliases than this, counted with what they expand to, is an anchor bomb. */
const ALIAS_LIMIT = 1000;

/**
 * Parses the text of a suite file. `file` is how messages name it.
 * @throws ParityError SUITE_SYNTAX with every problem that the parser found.
 */
export function readDocument(
  text: string,
  file: string,
): { readonly data: unknown; readonly locate: Locate } {
  const json = file.endsWith('.json');
  const lines = new LineCounter();
  try {
    if (json) checkJson(text, file);
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: !json });
    checkYaml(document, text, lines, file);
    keepLongIntegers(document);
    const data: unknown = document.toJS({ maxAliasCount: ALIAS_LIMIT });
    return { data, locate: (path, at) => locate(document, lines, path, at) };
  } catch (error) {
    throw error instanceof ParityError ? error : expansionError(error, file);
  }
}

function checkYaml(document: Document.Parsed, text: string, lines: LineCounter, file: string): void {
  const [first] = [...document.errors, ...document.warnings];
  if (first === undefined) return;
  if (first.message.startsWith('Maximum call stack')) throw new RangeError(first.message);
  const problems = [...document.errors, ...document.warnings].slice(0, 10).map(({ code, pos, message }) => {
    const { line, col } = lines.linePos(pos[0]);
    const key = /^["']?([^\s"':,]+)/.exec(text.slice(pos[0], pos[0] + 80))?.[1];
    const repeated = code === 'DUPLICATE_KEY' && key !== undefined;
    return `${file}:${line}:${col} ${repeated ? `the key "${key}" is written a second time` : firstLine(message)}`;
  });
  const kinds = { DUPLICATE_KEY: 'duplicate', TAG_RESOLVE_FAILED: 'tag' } as const;
  const kind = kinds[first.code as keyof typeof kinds] ?? (file.endsWith('.json') ? 'json' : 'yaml');
  throw suiteError('SUITE_SYNTAX', { file, problems, kind });
}

/** YAML's parser reads JSON too, but lets pass what is no JSON. */
function checkJson(text: string, file: string): void {
  try {
    JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const said = firstLine(error.message);
    const parts = /^(.*?),? (?:in JSON )?at position (\d+)/.exec(said);
    const offset = parts === null ? text.length : Number(parts[2]);
    const before = text.slice(0, offset).split('\n');
    const position = `${before.length}:${before.at(-1)!.length + 1}`;
    const problems = [`${file}:${position} ${parts?.[1] ?? said}`];
    throw suiteError('SUITE_SYNTAX', { file, problems, kind: 'json' }, error);
  }
}

function expansionError(error: unknown, file: string): ParityError {
  const bomb = error instanceof ReferenceError && error.message.includes('alias');
  const deep = error instanceof RangeError;
  const said = firstLine(error instanceof Error ? error.message : String(error));
  const problem = bomb
    ? `its aliases expand to more than ${ALIAS_LIMIT} values`
    : deep
      ? 'it is nested too deeply'
      : said;
  const kind = bomb || deep ? 'expansion' : 'yaml';
  return suiteError('SUITE_SYNTAX', { file, problems: [`${file}: ${problem}`], kind }, error);
}

// A double would round them: they go on as decimal texts, which int64 and uint64 values accept.
function keepLongIntegers(document: Document.Parsed): void {
  visit(document, {
    Scalar(_, node) {
      const source = node.source;
      if (typeof node.value !== 'number' || source === undefined || !/^[+-]?\d+$/.test(source)) return;
      if (!Number.isSafeInteger(node.value)) node.value = BigInt(source.replace(/^\+/, '')).toString();
    },
  });
}

function locate(
  document: Document.Parsed,
  lines: LineCounter,
  path: PropertyPath,
  at: 'key' | 'value',
): Position {
  let node: Node | null = document.contents;
  let offset = node?.range?.[0] ?? 0;
  for (const [depth, part] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document) ?? null;
    if (isMap(node)) {
      const pair: unknown = node.items.find(({ key }) => isScalar(key) && String(key.value) === part);
      if (!isPair(pair)) break;
      const key = pair.key as Node;
      node = pair.value as Node | null;
      const last = depth === path.length - 1 && at === 'key';
      offset = (last ? key.range?.[0] : (node?.range?.[0] ?? key.range?.[0])) ?? offset;
    } else if (isSeq(node) && typeof part === 'number') {
      node = (node.items[part] as Node | undefined) ?? null;
      if (node === null) break;
      offset = node.range?.[0] ?? offset;
    } else {
      break;
    }
  }
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(line, 1), col: Math.max(col, 1) };
}

function firstLine(text: string): string {
  return text.split('\n')[0]!.trim();
}
