import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { HistoryHead } from '../../src/result/packed-history.ts';
import type { ReportAudit } from '../../src/result/report-history.ts';
import { cli, ROOT, temporaryFolder } from './cli.ts';

function createProject(): string {
  const home = temporaryFolder();
  const folder = join(home, 'suites/net');
  mkdirSync(folder, { recursive: true });
  cpSync(join(ROOT, 'test/fixtures/models/negate.onnx'), join(folder, 'net.onnx'));
  const data = Array.from({ length: 64 }, (_, at) => at / 64);
  const tensor = (name: string, values: readonly number[]): string =>
    JSON.stringify({ [name]: { dtype: 'float32', shape: [64], data: values } });
  writeFileSync(join(folder, 'x.json'), tensor('x', data));
  writeFileSync(
    join(folder, 'y.json'),
    tensor(
      'y',
      data.map((value) => 1e-7 - value),
    ),
  );
  writeFileSync(
    join(folder, 'suite.yaml'),
    'model: net.onnx\ntargets: [ort-node/cpu]\ntolerance: { linf: 1e-4 }\ncases:\n  a: { inputs: { x: { file: x.json, key: x } }, reference: { file: y.json } }\n',
  );
  return home;
}

function slot(html: string, id: string): unknown {
  const start = html.indexOf(`id="${id}"`);
  if (start < 0) return null;
  const from = html.indexOf('>', start) + 1;
  return JSON.parse(html.slice(from, html.indexOf('</script', from)));
}

const page = (home: string, path = 'reports/latest/index.html'): string =>
  readFileSync(join(home, path), 'utf8');

const head = (home: string, path?: string): HistoryHead | null =>
  slot(page(home, path), 'history') as HistoryHead | null;

test('the page of a run knows the runs before it, also without the copy of them', async () => {
  const home = createProject();
  const run = async (): Promise<number | null> => (await cli(['run'], { cwd: home })).exitCode;
  expect(await run()).toBe(0);
  expect(head(home)).toBeNull();
  expect(await run()).toBe(0);
  expect(await run()).toBe(0);
  const third = head(home);
  expect([third?.runs.length, third?.checks, third?.events]).toEqual([3, 1, []]);
  expect(third?.shares).toEqual([
    { suite: 'net', target: 'ort-node/cpu', passed: [1, 1, 1], counted: [1, 1, 1] },
  ]);
  rmSync(join(home, 'reports/.history'), { recursive: true });
  expect(await run()).toBe(0);
  expect(head(home)?.runs).toHaveLength(4);
  expect(head(home)?.runs.slice(0, 3)).toEqual(third?.runs);
});

test('the copy does not outlive the runs that it is of', async () => {
  const home = createProject();
  for (let night = 0; night < 3; night++) await cli(['run'], { cwd: home });
  const [first] = head(home)?.runs ?? [];
  rmSync(join(home, 'reports', first?.runId ?? ''), { recursive: true });
  await cli(['run'], { cwd: home });
  expect(head(home)?.runs).toHaveLength(3);
  expect(head(home)?.runs.map(({ runId }) => runId)).not.toContain(first?.runId);
});

test('`report` and `audit --html` put the stored runs and the audit into a page', async () => {
  const home = createProject();
  for (let night = 0; night < 2; night++) await cli(['run'], { cwd: home });
  await cli(['baseline', 'set', '--reason', 'release 1'], { cwd: home });
  const report = await cli(['report', '--html', 'page.html'], { cwd: home });
  expect(report.exitCode).toBe(0);
  expect(head(home, 'page.html')?.baselines).toMatchObject([{ suite: 'net', reason: 'release 1' }]);
  const audit = await cli(['audit', '--html', 'audit.html'], { cwd: home });
  expect([audit.exitCode, audit.stderr]).toEqual([0, '']);
  expect(audit.stdout).toContain('report: audit.html#/audit\n');
  const found = slot(page(home, 'audit.html'), 'audit') as ReportAudit;
  expect(found.runs).toBe(2);
  expect(found.audits[0]).toMatchObject({ verdict: 'loose', bound: { metric: 'linf', limit: 1e-4 } });
});
