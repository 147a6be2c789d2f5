/** A strict JSON parser for files that nobody vouches for: refuses duplicate keys, keeps integers beyond 2^53, holds objects as Maps. */
import { MAX_JSON_DEPTH } from './limits.ts';

/** `bigint` for integers that a double cannot hold. */
export type JsonValue = null | boolean | number | bigint | string | JsonValue[] | JsonObject;
/** A Map, because names in files may be `__proto__`. */
export type JsonObject = Map<string, JsonValue>;

/** Thrown with the place; the caller turns it into a ParityError of its format. */
export class JsonProblem extends Error {
  /** Set where an object has a key twice. */
  readonly duplicateKey: string | undefined;

  constructor(message: string, duplicateKey?: string) {
    super(message);
    this.duplicateKey = duplicateKey;
  }
}

/** Parses one JSON text. @throws JsonProblem */
export function parseJson(text: string): JsonValue {
  const parser = new Parser(text);
  const value = parser.value(0);
  parser.end();
  return value;
}

const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const WHITESPACE = /[ \t\n\r]*/y;
// oxlint-disable-next-line no-control-regex -- JSON forbids them in strings
const PLAIN_STRING = /"[^"\\\u0000-\u001f]*"/y;

class Parser {
  private readonly text: string;
  private at = 0;

  constructor(text: string) {
    this.text = text;
  }

  value(depth: number): JsonValue {
    if (depth > MAX_JSON_DEPTH) throw this.problem(`nested deeper than ${MAX_JSON_DEPTH} levels`);
    this.skipSpace();
    switch (this.text[this.at]) {
      case '{':
        return this.object(depth);
      case '[':
        return this.array(depth);
      case '"':
        return this.string();
      case 't':
        return this.word('true', true);
      case 'f':
        return this.word('false', false);
      case 'n':
        return this.word('null', null);
      // Python's json module writes these three bare words.
      case 'N':
        return this.word('NaN', NaN);
      case 'I':
        return this.word('Infinity', Infinity);
      default:
        return this.text.startsWith('-Infinity', this.at) ? this.word('-Infinity', -Infinity) : this.number();
    }
  }

  end(): void {
    this.skipSpace();
    if (this.at < this.text.length) throw this.problem('text after the value');
  }

  private object(depth: number): JsonObject {
    const object: JsonObject = new Map();
    this.at++;
    if (this.take('}')) return object;
    for (;;) {
      this.skipSpace();
      const key = this.string();
      if (object.has(key)) throw new JsonProblem(`the key "${key}" appears twice`, key);
      if (!this.take(':')) throw this.problem('":" expected');
      object.set(key, this.value(depth + 1));
      if (this.take('}')) return object;
      if (!this.take(',')) throw this.problem('"," or "}" expected');
    }
  }

  private array(depth: number): JsonValue[] {
    const array: JsonValue[] = [];
    this.at++;
    if (this.take(']')) return array;
    for (;;) {
      array.push(this.value(depth + 1));
      if (this.take(']')) return array;
      if (!this.take(',')) throw this.problem('"," or "]" expected');
    }
  }

  private string(): string {
    const plain = this.match(PLAIN_STRING);
    if (plain !== undefined) return plain.slice(1, -1);
    const start = this.at;
    if (this.text[start] !== '"') throw this.problem('a string expected');
    // A regular expression may exhaust the stack on very long strings with escapes; JSON.parse does not.
    let end = start + 1;
    while (end < this.text.length && this.text[end] !== '"') end += this.text[end] === '\\' ? 2 : 1;
    try {
      this.at = end + 1;
      return JSON.parse(this.text.slice(start, end + 1)) as string;
    } catch {
      this.at = start;
      throw this.problem('a malformed string');
    }
  }

  private number(): number | bigint {
    const start = this.at;
    const match = this.match(NUMBER);
    if (match === undefined) {
      this.at = start;
      throw this.problem('a value expected');
    }
    const value = Number(match);
    const integer = /^-?\d+$/.test(match);
    return integer && !Number.isSafeInteger(value) ? BigInt(match) : value;
  }

  private word<T extends JsonValue>(word: string, value: T): T {
    if (!this.text.startsWith(word, this.at)) throw this.problem('a value expected');
    this.at += word.length;
    return value;
  }

  private take(character: string): boolean {
    this.skipSpace();
    if (this.text[this.at] !== character) return false;
    this.at++;
    return true;
  }

  private skipSpace(): void {
    WHITESPACE.lastIndex = this.at;
    WHITESPACE.exec(this.text);
    this.at = WHITESPACE.lastIndex;
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.at += found.length;
    return found;
  }

  private problem(what: string): JsonProblem {
    return new JsonProblem(`${what} at character ${this.at}`);
  }
}
