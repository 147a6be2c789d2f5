import { ParityError } from './parity-error.ts';

/** One entry of the catalogue: when it happens (for the docs), its message and its hint. */
export interface ErrorEntry<C extends Readonly<Record<string, unknown>>> {
  /** One sentence for the generated docs. */
  readonly when: string;
  readonly message: (context: C) => string;
  readonly hint: (context: C) => string;
  readonly exitCode?: 2 | 3;
}

/** Types an entry by its context; call sites then cannot leave a value out. */
export function entry<C extends Readonly<Record<string, unknown>>>(spec: ErrorEntry<C>): ErrorEntry<C> {
  return spec;
}

// oxlint-disable-next-line typescript/no-explicit-any -- a catalogue holds entries of every context type
type Catalogue = Readonly<Record<string, ErrorEntry<any>>>;

/** Gives a catalogue its constructor: `error('CODE', context, cause?)` makes the ParityError. */
export function errorsOf<T extends Catalogue>(catalogue: T) {
  return function error<K extends keyof T & string>(
    code: K,
    context: Parameters<T[K]['message']>[0],
    cause?: unknown,
  ): ParityError {
    const found = catalogue[code] as ErrorEntry<Readonly<Record<string, unknown>>>;
    return new ParityError({
      code,
      message: found.message(context),
      hint: found.hint(context),
      context,
      ...(found.exitCode === undefined ? {} : { exitCode: found.exitCode }),
      ...(cause === undefined ? {} : { cause }),
    });
  };
}
