import { REASONS } from '../../dist/result/reasons.js';
import { code, table } from './table.mjs';

export function reasonsPage() {
  return `# Reason codes

A check that does not pass carries at least one reason; some that pass carry a warning. Codes are permanent.
Each reason in a result also has a message with the numbers of its case and a hint with the next step.

${table(
  ['code', 'meaning'],
  Object.entries(REASONS).map(([name, meaning]) => [code(name), meaning]),
)}
`;
}
