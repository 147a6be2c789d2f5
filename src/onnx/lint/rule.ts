/** What a lint rule is. Each comes from a failure that was seen in the field. */
import type { LintContext } from './context.ts';

export type LintSeverity = 'error' | 'warning' | 'info';

/** One place where a rule applies. */
export interface LintPlace {
  /** Name of a node (or its first output), or of an input or output. */
  readonly name: string;
  /** What was found there, as the end of the sentence "NAME: …". */
  readonly detail: string;
}

export interface LintRule {
  /** Permanent. */
  readonly code: string;
  /** One line; what is the matter. */
  readonly title: string;
  /** The failure that this leads to, and what to do. */
  readonly why: string;
  readonly severity: LintSeverity;
  readonly find: (context: LintContext) => Iterable<LintPlace>;
}

/** A rule that applied, with its places. JSON-able. */
export interface LintFinding extends Omit<LintRule, 'find'> {
  readonly places: readonly LintPlace[];
}

export interface LintOptions {
  /** Newest IR version and opsets that the runtime takes; those of onnxruntime 1.30 by default. */
  readonly runtime?: RuntimeLimits;
}

export interface RuntimeLimits {
  readonly name: string;
  readonly irVersion: number;
  /** By domain; the default one is `ai.onnx`. */
  readonly opsets: Readonly<Record<string, number>>;
}

/** Tried: one model per version, until onnxruntime-node 1.30.0 refused to load it. */
export const ONNXRUNTIME_1_30: RuntimeLimits = {
  name: 'onnxruntime 1.30',
  irVersion: 13,
  opsets: { 'ai.onnx': 26, 'ai.onnx.ml': 5 },
};
