import type { ChalkInstance } from 'chalk';
import {
  checkExternalData,
  lint,
  readModel,
  summarise,
  type LintFinding,
  type Model,
  type ModelSummary,
} from '../../onnx/index.ts';
import { cleanLine, formatBytes } from '../../reporters/format.ts';
import { columns, paintFor } from '../../reporters/terminal/index.ts';
import { flagOption, listOption, type Command, type Invocation } from '../command.ts';
import type { TargetFusions } from '../fusions.ts';
import { writeValue } from '../json.ts';
import { namedFile } from '../project.ts';

export const inspectCommand: Command = {
  name: 'inspect',
  args: [{ syntax: '<model>', description: 'the .onnx file' }],
  summary: 'summary and lint of a model, without running it; on request what a runtime fuses in it',
  options: ['strict', 'fusions', 'target', 'timeout'],
  examples: [
    { line: 'onnx-parity inspect net.onnx', does: 'shows inputs, outputs, opsets, operators and findings' },
    {
      line: 'onnx-parity inspect net.onnx --strict --json',
      does: 'exits 1 on an error or warning; everything as JSON',
    },
    {
      line: 'onnx-parity inspect net.onnx --fusions',
      does: 'shows which nodes onnxruntime fuses at each optimisation level',
    },
  ],
  async run(invocation) {
    const { args, options, context, talk, terminal } = invocation;
    const path = namedFile(context, args[0] ?? '', 'Model');
    const model = readModel(path);
    checkExternalData(model, path);
    const summary = summarise(model);
    const findings = lint(model);
    const fused = flagOption(options, 'fusions') ? await fusionsFor(invocation, model, path) : null;
    const fusions = fused === null ? {} : { fusions: fused.found };
    await writeValue(invocation, { model: args[0], summary, findings, ...fusions });
    const paint = paintFor(terminal);
    const parts = [summaryText(summary, paint), findingsText(findings, paint)];
    talk.write(`${[...parts, ...(fused === null ? [] : [fused.text(paint)])].join('\n\n')}\n`);
    const serious = findings.some(({ severity }) => severity !== 'info');
    return flagOption(options, 'strict') && serious ? 1 : 0;
  },
};

/** The fusions and how they are shown; the runtime is loaded only where they are asked for. */
async function fusionsFor(
  invocation: Invocation,
  model: Model,
  path: string,
): Promise<{
  readonly found: readonly TargetFusions[];
  readonly text: (paint: ChalkInstance) => string;
}> {
  const [{ fusionsOf, fusionsText }, { timeoutMs }] = await Promise.all([
    import('../fusions.ts'),
    import('../harness.ts'),
  ]);
  const found = await fusionsOf(model, path, {
    targets: listOption(invocation.options, 'target'),
    timeoutMs: timeoutMs(invocation),
    signal: invocation.context.signal,
  });
  return { found, text: (paint) => fusionsText(found, paint) };
}

type Value = ModelSummary['inputs'][number];

function summaryText(summary: ModelSummary, paint: ChalkInstance): string {
  const opsets = summary.opsets.map(({ domain, version }) => `${cleanLine(domain)} ${version}`).join(', ');
  const { count, bytes, tensors } = summary.parameters;
  const rows: (readonly [string, string])[] = [
    ['file', `${formatBytes(summary.sizeBytes)}, IR ${summary.irVersion}, opset ${opsets}`],
    ['producer', cleanLine(`${summary.producer.name} ${summary.producer.version}`.trim()) || 'not named'],
    ['parameters', `${count.toLocaleString('en')} in ${tensors} tensors, ${formatBytes(bytes)}`],
    [
      'dtypes',
      summary.dtypes.map(({ dtype, elements }) => `${dtype} ${elements.toLocaleString('en')}`).join(', '),
    ],
    [
      'nodes',
      `${summary.nodes}: ${summary.ops.map(({ op, count: times }) => `${cleanLine(op)} ${times}`).join(', ')}`,
    ],
    ...summary.externalData.map(
      (file) => ['external', `${cleanLine(file.location)}, ${formatBytes(file.bytes)}`] as const,
    ),
    ...summary.inputs.map((value) => ['input', valueText(value)] as const),
    ...summary.outputs.map((value) => ['output', valueText(value)] as const),
  ];
  return `${paint.bold(cleanLine(summary.graph) || 'graph without a name')}\n${columns(rows)}`;
}

function valueText({ name, type, shape }: Value): string {
  const lengths = shape === null ? '' : ` [${shape.map((length) => length ?? '?').join(', ')}]`;
  return cleanLine(`${name}  ${type}${lengths}`);
}

const PLACES_SHOWN = 5;

function findingsText(findings: readonly LintFinding[], paint: ChalkInstance): string {
  if (findings.length === 0) return paint.green('No findings.');
  const colour = { error: paint.red, warning: paint.yellow, info: paint.cyan };
  return findings
    .map(({ code, severity, title, why, places }) => {
      const shown = places
        .slice(0, PLACES_SHOWN)
        .map(({ name, detail }) => `    ${cleanLine(name)}: ${cleanLine(detail)}`);
      const rest = places.length > PLACES_SHOWN ? [`    … and ${places.length - PLACES_SHOWN} more`] : [];
      return [
        `${colour[severity](severity)} ${code}  ${title}`,
        ...shown,
        ...rest,
        `    ${paint.dim(why)}`,
      ].join('\n');
    })
    .join('\n');
}
