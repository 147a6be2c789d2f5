/** A user's mistake or a defect of the tool, with a permanent code and the next step. Not for verdicts or statuses. */
export class ParityError extends Error {
  override readonly name = 'ParityError';
  readonly code: string;
  /** What to do next, with the exact command where there is one. */
  readonly hint: string;
  readonly context: Readonly<Record<string, unknown>>;
  /** 2 for a user's mistake, 3 for a defect of the tool. */
  readonly exitCode: 2 | 3;

  constructor(options: {
    code: string;
    message: string;
    hint: string;
    context?: Readonly<Record<string, unknown>>;
    exitCode?: 2 | 3;
    cause?: unknown;
  }) {
    super(options.message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = options.code;
    this.hint = options.hint;
    this.context = options.context ?? {};
    this.exitCode = options.exitCode ?? 2;
  }
}
