import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT, temporaryFolder } from '../e2e/cli.ts';

const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json';

interface Result {
  readonly target: string;
  readonly kind: string;
  readonly run: number;
  readonly verdicts: Readonly<Record<string, number>>;
  readonly goodCases: number;
}

test.each([
  ['ort-node/cpu', 300],
  ['ort-web/wasm', 300],
  ['ort-node/webgpu', 100],
])(
  '%s: each of 2 × %i mutants has its verdict, and the good cases between them keep theirs',
  async (target, count) => {
    const file = join(temporaryFolder(), 'fuzz.json');
    const numbers = [
      '--bytes',
      String(count),
      '--structures',
      String(count),
      '--seed',
      '7',
      '--deadline',
      '10',
    ];
    const [exitCode, stderr] = await fuzz(['--target', target, '--formats', '0', ...numbers, '--json', file]);
    expect(exitCode, stderr).toBe(0);
    const results = JSON.parse(readFileSync(file, 'utf8')) as readonly Result[];
    // A host without a GPU and without its software driver: nothing was fuzzed, and the script says so.
    if (results.length === 0) return expect(stderr).toContain(`${target} is not fuzzed`);
    for (const result of results) {
      expect(result).toMatchObject({
        run: count,
        harnessCrashes: [],
        withoutVerdict: 0,
        late: [],
        changedGoodCases: [],
      });
      expect(Object.values(result.verdicts).reduce((sum, number) => sum + number, 0)).toBe(count);
      expect(result.goodCases).toBe(count / 10);
    }
    expect(results.map(({ kind }) => kind)).toEqual(['bytes', 'structure']);
  },
);

test('each of 1,000 mutants of a tensor format gives tensors or an error of the catalogue, within a second', async () => {
  const file = join(temporaryFolder(), 'formats.json');
  const [exitCode, stderr] = await fuzz(
    ['--formats', '1000', '--bytes', '0', '--structures', '0', '--seed', '7'].concat('--json', file),
  );
  expect(exitCode, stderr).toBe(0);
  const results = JSON.parse(readFileSync(file, 'utf8')) as readonly { readonly format: string }[];
  for (const result of results) expect(result).toMatchObject({ run: 1000, untyped: [], slow: [] });
  expect(results.map(({ format }) => format)).toEqual([
    'npy',
    'npz',
    'safetensors',
    'TensorProto',
    'JSON',
    'Polygraphy JSON',
  ]);
});

function fuzz(args: readonly string[]): Promise<readonly [number | null, string]> {
  const env = existsSync(SWIFTSHADER) ? { VK_ICD_FILENAMES: SWIFTSHADER, ...process.env } : process.env;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(ROOT, 'scripts/fuzz.mjs'), ...args], { env });
    let stderr = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.stdout.resume();
    child.on('error', reject);
    child.on('close', (code) => resolve([code, stderr]));
  });
}
