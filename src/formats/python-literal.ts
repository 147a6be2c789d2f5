/** Reads the Python literal of an npy header: a dict of strings, booleans, integers, tuples and lists. Nothing is evaluated. */

export type PythonValue = string | boolean | null | number | PythonValue[] | Map<string, PythonValue>;

const TOKEN = /\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(True|False|None)\b|(-?\d+)L?|([{}[\](),:]))/y;
const MAX_DEPTH = 16;

/** Parses one literal. @throws SyntaxError */
export function parsePythonLiteral(text: string): PythonValue {
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.end();
  return value;
}

class Reader {
  private readonly text: string;
  private at = 0;
  private token: RegExpExecArray | null = null;

  constructor(text: string) {
    this.text = text;
    this.advance();
  }

  value(depth: number): PythonValue {
    if (depth > MAX_DEPTH) throw new SyntaxError('nested too deep');
    const token = this.token;
    if (token === null) throw new SyntaxError('the header ends early or has a token that is no literal');
    const [, single, double, word, integer, mark] = token;
    this.advance();
    if (single !== undefined || double !== undefined) return (single ?? double)!;
    if (word !== undefined) return word === 'None' ? null : word === 'True';
    if (integer !== undefined) return Number(integer);
    if (mark === '{') return this.dict(depth);
    if (mark === '(') return this.list(')', depth);
    if (mark === '[') return this.list(']', depth);
    throw new SyntaxError(`unexpected "${mark}"`);
  }

  end(): void {
    if (this.token !== null || this.text.slice(this.at).trim() !== '') throw new SyntaxError('text after it');
  }

  private dict(depth: number): Map<string, PythonValue> {
    const dict = new Map<string, PythonValue>();
    while (!this.take('}')) {
      const key = this.value(depth + 1);
      if (typeof key !== 'string' || dict.has(key)) throw new SyntaxError('a repeated or wrong key');
      if (!this.take(':')) throw new SyntaxError('":" expected');
      dict.set(key, this.value(depth + 1));
      if (!this.take(',') && this.mark() !== '}') throw new SyntaxError('"," or "}" expected');
    }
    return dict;
  }

  private list(close: string, depth: number): PythonValue[] {
    const list: PythonValue[] = [];
    while (!this.take(close)) {
      list.push(this.value(depth + 1));
      if (!this.take(',') && this.mark() !== close) throw new SyntaxError(`"," or "${close}" expected`);
    }
    return list;
  }

  private mark(): string | undefined {
    return this.token?.[5];
  }

  private take(mark: string): boolean {
    if (this.mark() !== mark) return false;
    this.advance();
    return true;
  }

  private advance(): void {
    TOKEN.lastIndex = this.at;
    this.token = TOKEN.exec(this.text);
    if (this.token !== null) this.at = TOKEN.lastIndex;
  }
}
