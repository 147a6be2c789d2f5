import { commandsFor } from '../../dist/cli/commands/index.js';
import { OPTIONS } from '../../dist/cli/options.js';
import { code, table } from './table.mjs';

export async function cliPage() {
  const commands = await commandsFor([]);
  return `# Commands

\`npx onnx-parity <command> --help\` shows the same. Every command takes \`--json\` (the document to stdout, everything
else to stderr) or \`--json=FILE\`.

Exit codes: \`0\` every check passed · \`1\` at least one check did not pass · \`2\` usage, suite or configuration error ·
\`3\` the tool itself failed · \`130\`/\`143\` interrupted.

${commands.map(section).join('\n\n')}
`;
}

function section(command) {
  const usage = ['onnx-parity', command.name, ...command.args.map(({ syntax }) => syntax), '[options]'].join(
    ' ',
  );
  const rows = [
    ...command.args.map(({ syntax, description }) => [code(syntax), description]),
    ...['json', ...command.options].map((name) => [code(OPTIONS[name].flags), OPTIONS[name].description]),
  ];
  const examples = command.examples.map(({ line, does }) => `- ${code(line)} – ${does}`).join('\n');
  return `## ${command.name}\n\n${sentence(command.summary)}\n\n    ${usage}\n\n${table(['', ''], rows)}\n\n${examples}`;
}

function sentence(text) {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}
