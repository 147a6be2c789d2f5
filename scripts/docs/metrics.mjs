import { METRICS } from '../../dist/compare/index.js';
import { code } from './table.mjs';

export function metricsPage() {
  return `# Metrics

Computed in double precision, whatever the dtype. \`a\` is the actual value, \`e\` the expected one, \`d = a − e\`.
Each metric is one file in \`src/compare/metrics\`; this page is made from them.

${METRICS.map(section).join('\n\n')}
`;
}

function section({ name, title, formula, source, unit, smallerIsBetter, policy }) {
  const better = smallerIsBetter === null ? 'neither' : smallerIsBetter ? 'smaller' : 'larger';
  return `## ${code(name)}

${title}: ${code(formula)}

- Unit: ${unit}. Better: ${better}.
- Special values: ${policy}
- Source: ${source}`;
}
