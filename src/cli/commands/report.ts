import { dirname, join, resolve } from 'node:path';
import { renderHtml } from '../../reporters/html/index.ts';
import { renderSummary } from '../../reporters/terminal/index.ts';
import { textOption, type Command } from '../command.ts';
import { writeJson } from '../deliver.ts';
import { projectOrHere, shown } from '../project.ts';
import { writeWhole } from '../durable.ts';
import { reportExtras } from '../report-extras.ts';
import { findRun, readRun } from '../store.ts';

export const reportCommand: Command = {
  name: 'report',
  args: [{ syntax: '[run]', description: 'run id, `latest` (default), a run folder or a result document' }],
  summary: 'write the HTML report again from a stored result',
  options: ['project', 'out', 'html'],
  examples: [
    { line: 'onnx-parity report', does: 'writes the report of the latest run again' },
    { line: 'onnx-parity report run.json --html page.html', does: 'makes a page from a result document' },
  ],
  async run(invocation) {
    const { args, options, context, talk, terminal } = invocation;
    const project = projectOrHere(context, options);
    const path = await findRun(project.reports, args[0] ?? 'latest', context.cwd);
    const document = await readRun(path, shown(context, path));
    const named = textOption(options, 'html');
    const page = named === undefined ? join(dirname(path), 'index.html') : resolve(context.cwd, named);
    const extras = await reportExtras(invocation, project, document);
    await writeWhole(page, [await renderHtml(document, extras)]);
    await writeJson(invocation, document);
    talk.write(`${await renderSummary(document, terminal)}\nreport: ${shown(context, page)}\n`);
    return 0;
  },
};
