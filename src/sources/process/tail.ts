/** Keeps the end of a stream: what a framework or a user's script said before it ended. */
export class Tail {
  #text = '';
  readonly #limit: number;

  /** `limit` in UTF-16 units. */
  constructor(limit = 16_384) {
    this.#limit = limit;
  }

  add(chunk: string): void {
    this.#text += chunk;
    if (this.#text.length > 2 * this.#limit) this.#text = this.#text.slice(-this.#limit);
  }

  get text(): string {
    return this.#text.length > this.#limit ? `…${this.#text.slice(-this.#limit)}` : this.#text;
  }
}
