import { spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { commandsFor } from '../../src/cli/commands/index.ts';
import { OPTIONS } from '../../src/cli/options.ts';
import { chooseShard, detectShard, shardsOf } from '../../src/cli/shard.ts';
import { ParityError } from '../../src/errors/index.ts';

const PLANNED = Array.from({ length: 200 }, (_, at) => ({
  suite: `s${at % 3}`,
  model: 'm',
  case: `c${at % 100}`,
  target: `t${at % 2}`,
}));

describe('a plan in shards', () => {
  test('every case is in exactly one, with all of its targets, and shards are even', () => {
    for (const total of [1, 2, 3, 7]) {
      const shards = shardsOf(PLANNED, total);
      const sizes = new Map<number, Set<string>>();
      shards.forEach((shard, at) => {
        const { suite, case: name } = PLANNED[at] ?? { suite: '', case: '' };
        sizes.set(shard, (sizes.get(shard) ?? new Set<string>()).add(`${suite}/${name}`));
      });
      const counts = [...sizes.values()].map(({ size }) => size);
      expect(counts).toHaveLength(total);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      expect(counts.reduce((sum, count) => sum + count)).toBe(
        new Set(PLANNED.map(({ suite, case: name }) => `${suite}/${name}`)).size,
      );
    }
  });

  test('the order of the plan does not matter', () => {
    const reversed = PLANNED.toReversed();
    expect(shardsOf(reversed, 4).toReversed()).toEqual(shardsOf(PLANNED, 4));
  });
});

describe('which one this is', () => {
  test.each([
    ['GitHub Actions', { STRATEGY_JOB_INDEX: '0', STRATEGY_JOB_TOTAL: '4' }, '1/4'],
    ['GitLab', { CI_NODE_INDEX: '4', CI_NODE_TOTAL: '4' }, '4/4'],
    ['Buildkite', { BUILDKITE_PARALLEL_JOB: '2', BUILDKITE_PARALLEL_JOB_COUNT: '3' }, '3/3'],
    ['Kubernetes', { JOB_COMPLETION_INDEX: '0', ONNX_PARITY_SHARDS: '5' }, '1/5'],
    ['Slurm', { SLURM_ARRAY_TASK_ID: '3', SLURM_ARRAY_TASK_COUNT: '4', SLURM_ARRAY_TASK_MIN: '0' }, '4/4'],
    [
      'Slurm from 1',
      { SLURM_ARRAY_TASK_ID: '3', SLURM_ARRAY_TASK_COUNT: '4', SLURM_ARRAY_TASK_MIN: '1' },
      '3/4',
    ],
    [
      'Slurm in steps',
      {
        SLURM_ARRAY_TASK_ID: '6',
        SLURM_ARRAY_TASK_COUNT: '4',
        SLURM_ARRAY_TASK_MIN: '0',
        SLURM_ARRAY_TASK_STEP: '2',
      },
      '4/4',
    ],
    [
      'one Slurm task again',
      {
        SLURM_ARRAY_TASK_ID: '2',
        SLURM_ARRAY_TASK_COUNT: '1',
        SLURM_ARRAY_TASK_MIN: '2',
        ONNX_PARITY_SHARDS: '4',
      },
      '3/4',
    ],
    ['by hand', { ONNX_PARITY_SHARD: '2/4', CI_NODE_INDEX: '1', CI_NODE_TOTAL: '9' }, '2/4'],
  ])('%s', (_name, env, expected) => {
    const found = detectShard(env);
    expect(`${found?.index}/${found?.total}`).toBe(expected);
  });

  test('nothing says so', () => {
    expect(detectShard({ JOB_COMPLETION_INDEX: '0', CI_NODE_TOTAL: '1' })).toBeNull();
    expect(chooseShard(undefined, { CI_NODE_INDEX: '1', CI_NODE_TOTAL: '4' })).toBeNull();
  });

  test.each(['0/4', '5/4', '1', 'a/b', '1/0', '-1/2', '1.5/2', ''])('%o is refused', (given) => {
    const attempt = (): unknown => chooseShard(given, {});
    expect(attempt).toThrow(ParityError);
    expect(attempt).toThrow(`--shard: "${given}" is no shard.`);
  });

  test('auto without a scheduler is refused', () => {
    expect(() => chooseShard('auto', {})).toThrow('--shard auto: no scheduler names a shard here.');
  });
});

const TEMPLATES = [
  'github/parity.yml',
  'gitlab/parity.gitlab-ci.yml',
  'kubernetes/parity-job.yaml',
  'slurm/parity.sbatch',
];

describe('the templates', () => {
  const read = (path: string): Promise<string> =>
    readFile(new URL(`../../deploy/${path}`, import.meta.url), 'utf8');

  test.each(TEMPLATES.slice(0, 3))('%s is YAML and asks for its shard', async (path) => {
    const text = await read(path);
    expect(parse(text)).toBeTypeOf('object');
    expect(text).toContain('run --shard auto');
  });

  test('the pods of the Kubernetes job and its shards are as many', async () => {
    const { spec } = parse(await read('kubernetes/parity-job.yaml')) as {
      spec: {
        completions: number;
        template: { spec: { containers: { env: { name: string; value: string }[] }[] } };
      };
    };
    expect(spec.template.spec.containers[0]?.env).toContainEqual({
      name: 'ONNX_PARITY_SHARDS',
      value: String(spec.completions),
    });
  });

  test('the tasks of the Slurm array and its shards are as many', async () => {
    const text = await read('slurm/parity.sbatch');
    expect(text).toContain('#SBATCH --array=0-3');
    expect(text).toContain('${ONNX_PARITY_SHARDS:-4}');
  });

  test.each(TEMPLATES)('%s asks for commands and options that there are', async (path) => {
    const text = (await read(path)).replaceAll('\\\n', ' ');
    // What is commented out is advice, and must hold as well.
    const lines = [...text.matchAll(/(?:onnx-parity|\$parity) ([a-z]+)((?:(?!onnx-parity)[^\n|;&>])*)/g)];
    expect(lines.length).toBeGreaterThan(1);
    for (const [, name = '', words = ''] of lines) {
      const [command, ...others] = await commandsFor([name]);
      expect([name, others.length]).toEqual([command?.name, 0]);
      const flags = [...(command?.options ?? []), 'json' as const].map(
        (option) => OPTIONS[option].flags.split(' ')[0],
      );
      const given = [...words.matchAll(/(?<=\s)--[a-z-]+/g)].map(([flag]) => flag);
      expect(flags).toEqual(expect.arrayContaining(given));
    }
  });

  test('every script in them is one that bash can read', async () => {
    const scripts = [
      ...(
        await Promise.all(
          TEMPLATES.filter((path) => /\.ya?ml$/.test(path)).map(async (path) =>
            scriptsIn(parse(await read(path))),
          ),
        )
      ).flat(),
      await read('slurm/parity.sbatch'),
    ];
    expect(scripts.length).toBeGreaterThan(8);
    for (const script of scripts) {
      const { status, stderr } = spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' });
      expect([script, status, stderr]).toEqual([script, 0, '']);
    }
  });
});

/** Texts under `run`, `script` and so on, wherever they stand. */
function scriptsIn(value: unknown, isScript = false): readonly string[] {
  if (typeof value === 'string') return isScript ? [value.replaceAll(/\$\{\{[^}]*\}\}/g, 'x')] : [];
  if (Array.isArray(value)) return value.flatMap((item) => scriptsIn(item, isScript));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => scriptsIn(item, SCRIPT_KEYS.has(key)));
}

const SCRIPT_KEYS: ReadonlySet<string> = new Set(['run', 'script', 'before_script', 'after_script', 'args']);
