import type { RunDocument } from '../../result/document.ts';
import { cleanLine, countsText, formatBytes, verdictSentence } from '../../result/wording.ts';
import { goldensOf } from './goldens.ts';

/** What a person pastes into an issue so that others can repeat the run. */
export function provenanceLines(document: RunDocument): readonly string[] {
  const { host, source, tool } = document;
  const lines = [
    `${verdictSentence(document)} (${countsText(document.summary)})`,
    `run: ${document.runId}, ${document.startedAt}, exit code ${document.exitCode}`,
    `command: ${document.command}`,
    `tool: ${tool.name} ${tool.version}, Node ${host.node}`,
    `host: ${host.os} ${host.arch}, ${host.cpu}, ${host.cores} cores, ${formatBytes(host.memoryBytes)}, ${host.fingerprint}`,
    `source: ${source.commit ?? 'unknown'} on ${source.branch ?? 'unknown'}${source.dirty === true ? ', dirty' : ''}`,
    ...document.targets.map(
      (target) =>
        `target: ${target.name}, ${target.runtime} ${target.runtimeVersion ?? 'unknown'}, ${JSON.stringify(target.options)}${target.available ? '' : ', not available'}`,
    ),
    ...document.suites.flatMap((suite) =>
      suite.models.map(
        (model) => `model: ${suite.name}/${model.name}, ${model.path}, sha256 ${model.sha256 ?? 'unknown'}`,
      ),
    ),
    ...goldensOf(document).map((golden) => `reference: ${golden.suite}, ${golden.state}, ${golden.origin}`),
    ...document.problems.map((problem) => `problem: ${problem.code}, ${problem.message}`),
  ];
  return lines.map(cleanLine);
}
