import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RunDocument } from '../../src/result/document.ts';
import { cli, ROOT, temporaryFolder } from './cli.ts';

/** Four cases, of which two fail. */
function createProject(): string {
  const home = temporaryFolder();
  const folder = join(home, 'suites/net');
  mkdirSync(folder, { recursive: true });
  cpSync(join(ROOT, 'test/fixtures/models/negate.onnx'), join(folder, 'net.onnx'));
  const tensor = (name: string, data: readonly number[]): string =>
    JSON.stringify({ [name]: { dtype: 'float32', shape: [64], data } });
  const values = Array.from({ length: 64 }, (_, at) => at / 64);
  writeFileSync(join(folder, 'x.json'), tensor('x', values));
  const cases = ['a', 'b', 'c', 'd'].map((name, at) => {
    const by = at % 2 === 0 ? 0.5 : 0;
    writeFileSync(
      join(folder, `${name}.json`),
      tensor(
        'y',
        values.map((value) => by - value),
      ),
    );
    return `  ${name}: { inputs: { x: { file: x.json, key: x } }, reference: { file: ${name}.json } }`;
  });
  writeFileSync(
    join(folder, 'suite.yaml'),
    `model: net.onnx\ntargets: [ort-node/cpu]\ntolerance: { linf: 1e-4 }\ncases:\n${cases.join('\n')}\n`,
  );
  return home;
}

const stored = (home: string): RunDocument =>
  JSON.parse(readFileSync(join(home, 'reports/latest/run.json'), 'utf8')) as RunDocument;

const kept = (home: string) =>
  stored(home).checks.flatMap(({ case: name, tensors }) =>
    tensors !== undefined && 'expected' in tensors ? [{ name, ...tensors }] : [],
  );

test('a failed check keeps both sides as files that `compare` reads, and the report names them', async () => {
  const home = createProject();
  expect((await cli(['run'], { cwd: home })).exitCode).toBe(1);
  const found = kept(home);
  expect(found.map(({ name, bytes }) => [name, bytes])).toEqual([
    ['a', 768],
    ['c', 768],
  ]);
  const [{ expected, actual } = { expected: '', actual: '' }] = found;
  const sides = [expected, actual].map((path) => `reports/latest/${path}`);
  const compared = await cli(['compare', ...sides, '--linf', '0.4', '--json'], { cwd: home });
  const { checks } = JSON.parse(compared.stdout) as RunDocument;
  expect([compared.exitCode, checks[0]?.verdict, checks[0]?.metrics['linf']]).toEqual([1, 'fail', 0.5]);
  expect(readFileSync(join(home, 'reports/latest/index.html'), 'utf8')).toContain(expected);
});

test('`--evidence 0` keeps none', async () => {
  const home = createProject();
  await cli(['run', '--evidence', '0'], { cwd: home });
  expect(stored(home).checks.map(({ tensors }) => tensors)).toEqual(Array(4).fill(undefined));
  expect(existsSync(join(home, 'reports/latest/evidence'))).toBe(false);
});

test('the shards of a run bring theirs into the merged run', async () => {
  const home = createProject();
  const shards = [1, 2].map((at) => join(home, `shard-${at}`));
  for (const [at, out] of shards.entries())
    await cli(['run', '--shard', `${at + 1}/2`, '--out', out], { cwd: home });
  const runs = shards.map((out) => join(out, readdirSync(out).find((name) => /^\d{8}-/.test(name)) ?? ''));
  expect((await cli(['merge', ...runs], { cwd: home })).exitCode).toBe(1);
  expect(kept(home).map(({ name }) => name)).toEqual(['a', 'c']);
  for (const { expected, actual } of kept(home))
    for (const path of [expected, actual]) expect(existsSync(join(home, 'reports/latest', path))).toBe(true);
});
