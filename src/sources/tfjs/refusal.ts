/** A failure with a kind that the other side knows; see process/events.ts. */
export class SourceRefusal extends Error {
  override readonly name = 'Refusal';
  readonly kind: 'unavailable' | 'unsupported' | 'error';
  readonly package: string | null;

  constructor(kind: SourceRefusal['kind'], message: string, packageName: string | null = null) {
    super(message);
    this.kind = kind;
    this.package = packageName;
  }
}
