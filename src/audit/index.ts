export { auditBounds, percent } from './audit.ts';
export { observedBounds } from './observe.ts';
export { applyProposals, unifiedDiff } from './patch.ts';
export type { BoundAudit, BoundVerdict, DeclaredBound } from './types.ts';
