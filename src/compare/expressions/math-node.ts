/** A node of mathjs's syntax tree, as far as it is read here. */
export interface MathNode {
  readonly type: string;
  readonly op?: string;
  readonly fn?: string | MathNode;
  readonly args?: readonly MathNode[];
  readonly implicit?: boolean;
  readonly name?: string;
  readonly value?: unknown;
  readonly content?: MathNode;
  compile(): { evaluate(scope: Map<string, number>): unknown };
  toString(): string;
}
