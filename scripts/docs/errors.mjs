import { readdirSync } from 'node:fs';
import { code, table } from './table.mjs';

const folder = new URL('../../dist/errors/catalogue/', import.meta.url);

export async function errorsPage() {
  const sections = [];
  for (const file of readdirSync(folder)
    .filter((name) => name.endsWith('.js'))
    .toSorted()) {
    const exported = await import(new URL(file, folder).href);
    for (const [name, catalogue] of Object.entries(exported)) {
      if (!name.endsWith('_ERRORS')) continue;
      const rows = Object.entries(catalogue).map(([key, entry]) => [
        code(key),
        entry.when,
        entry.exitCode ?? 2,
      ]);
      sections.push(`## ${file.replace('.js', '')}\n\n${table(['code', 'when', 'exit code'], rows)}`);
    }
  }
  return `# Errors

An error is a user's mistake (exit code 2) or a defect of the tool (3). It is thrown as a \`ParityError\` with
\`code\`, \`message\`, \`hint\` and \`context\`. A difference in numbers is a verdict and a crashed worker is a status:
neither is an error. Codes are permanent.

${sections.join('\n\n')}
`;
}
