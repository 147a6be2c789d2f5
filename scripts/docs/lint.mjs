import { LINT_RULES } from '../../dist/onnx/lint/index.js';

export function lintPage() {
  const rules = LINT_RULES.map(
    ({ code, title, why, severity }) => `## ${code}\n\n**${severity}** – ${title}\n\n${why}`,
  );
  return `# Lint rules

\`onnx-parity inspect MODEL\` looks at the graph without running it. Each rule stands for a failure that was seen in the field. Codes are permanent.

${rules.join('\n\n')}
`;
}
