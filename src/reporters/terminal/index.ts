export { columns } from './columns.ts';
export { createProgress } from './progress.ts';
export { paintFor, terminalKind, type TerminalKind } from './style.ts';
export { renderSummary } from './summary.ts';
