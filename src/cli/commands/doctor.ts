import { existsSync } from 'node:fs';
import { describeRuntimes, type RuntimeDescription } from '../../workers/index.ts';
import { cleanLine } from '../../reporters/format.ts';
import { paintFor } from '../../reporters/terminal/index.ts';
import { describeHost } from '../../run/index.ts';
import { describePython, describeTfjs, type PythonReport, type TfjsReport } from '../../sources/index.ts';
import { flagOption, type Command, type CliContext } from '../command.ts';
import { writeValue } from '../json.ts';
import { toolVersion } from '../version.ts';

/** One thing that works on this host or does not. */
interface Finding {
  readonly kind: 'target' | 'source' | 'browser';
  readonly name: string;
  readonly works: boolean;
  readonly detail: string;
  /** The exact step that enables it; `null` where it works. */
  readonly enable: string | null;
}

export const doctorCommand: Command = {
  name: 'doctor',
  args: [],
  summary: 'which runtimes, providers and sources work on this host, and how to get the others',
  options: ['strict'],
  examples: [
    { line: 'onnx-parity doctor', does: 'probes every target and source; each in a process of its own' },
  ],
  async run(invocation) {
    const { context, options, talk, terminal } = invocation;
    const [targets, python, tfjs] = await Promise.all([describeRuntimes(), describePython(), describeTfjs()]);
    const findings = [
      ...targets.map((report) => targetFinding(report)),
      ...pythonFindings(python),
      tfjsFinding(tfjs),
      browserFinding(context),
    ];
    const host = describeHost();
    await writeValue(invocation, { tool: toolVersion(), host, findings });
    const paint = paintFor(terminal);
    talk.write(
      `${paint.bold(`onnx-parity ${toolVersion()}`)} on Node ${host.node}, ${host.os} ${host.arch}, ${host.cpu}\n\n`,
    );
    const width = Math.max(...findings.map(({ name }) => name.length));
    for (const { name, works, detail, enable } of findings) {
      talk.write(
        `${works ? paint.green('✔') : paint.yellow('–')} ${name.padEnd(width)}  ${cleanLine(detail)}\n`,
      );
      if (enable !== null) talk.write(`  ${' '.repeat(width)}  ${paint.dim(enable)}\n`);
    }
    return flagOption(options, 'strict') && findings.some(({ works }) => !works) ? 1 : 0;
  },
};

function targetFinding({ target, availability, enable }: RuntimeDescription): Finding {
  return availability.available
    ? {
        kind: 'target',
        name: target,
        works: true,
        detail: `${availability.runtimeVersion}, ${availability.detail}`,
        enable: null,
      }
    : { kind: 'target', name: target, works: false, detail: availability.reason.message, enable };
}

function pythonFindings({
  interpreter,
  version,
  problem,
  packages,
  steps,
}: PythonReport): readonly Finding[] {
  if (version === null) {
    const enable = steps.map(({ command }) => command).join('; ') || 'Install Python 3.9 or newer.';
    return [
      {
        kind: 'source',
        name: 'python',
        works: false,
        detail: problem ?? `${interpreter} does not start`,
        enable,
      },
    ];
  }
  return Object.entries(packages).map(([name, found]) => ({
    kind: 'source' as const,
    name: `python/${name}`,
    works: found !== null,
    detail:
      found === null ? `not installed for ${interpreter}` : `${found}, Python ${version} (${interpreter})`,
    enable: steps.find(({ what }) => what === name)?.command ?? null,
  }));
}

function tfjsFinding({ version, tensorflow, problem, command }: TfjsReport): Finding {
  return {
    kind: 'source',
    name: 'tfjs-node',
    works: problem === null,
    detail: problem ?? `${version ?? ''}, TensorFlow ${tensorflow ?? ''}`,
    enable: command,
  };
}

const BROWSERS = ['/usr/bin/chromium', '/usr/bin/google-chrome', '/usr/bin/chromium-browser'];

/** Only the tests of the report page need a browser. */
function browserFinding({ env }: CliContext): Finding {
  const found = [env['CHROME_PATH'] ?? '', ...BROWSERS].find((path) => path !== '' && existsSync(path));
  return {
    kind: 'browser',
    name: 'chromium',
    works: found !== undefined,
    detail: found ?? 'not found; only the tests of the report page need it',
    enable: found === undefined ? 'apt-get install chromium, or set CHROME_PATH' : null,
  };
}
