/** The Slurm template on a real Slurm: its daemons on this host, in a folder of their own, with an array of four tasks. */
import { execFileSync, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunDocument } from '../../src/result/index.ts';
import { cli, documentOf, MAIN, ROOT, type CliEnd } from '../e2e/cli.ts';
import { withoutTimes } from './without-times.ts';

const TEMPLATE = join(ROOT, 'deploy/slurm/parity.sbatch');
const SUITE = 'digits-pytorch';
const missing = ['sbatch', 'slurmctld', 'slurmd', 'munged'].filter(
  (name) => spawnSync('which', [name]).status !== 0,
);
const reason =
  missing.length > 0
    ? `no ${missing.join(', ')} here`
    : process.getuid?.() === 0
      ? null
      : 'needs root to start the daemons';

describe.skipIf(reason !== null)(
  `a Slurm array on one host${reason === null ? '' : ` (skipped: ${reason})`}`,
  () => {
    let home: string;
    let project: string;
    let env: NodeJS.ProcessEnv;
    let whole: RunDocument;

    beforeAll(async () => {
      home = mkdtempSync(join(tmpdir(), 'onnx-parity-slurm-'));
      project = join(home, 'project');
      for (const part of ['suites', 'goldens'])
        cpSync(join(ROOT, part, SUITE), join(project, part, SUITE), { recursive: true });
      env = {
        ...process.env,
        ONNX_PARITY: `${process.execPath} ${MAIN}`,
        NO_COLOR: '1',
        SLURM_CONF: await configured(home),
      };
      startMunge(home);
      execFileSync('slurmctld', [], { env });
      execFileSync('slurmd', [], { env });
      await untilIdle();
      whole = documentOf(await cli(['run', '--json', '--out', 'whole'], { cwd: project }));
    });

    afterAll(async () => {
      for (const name of ['slurmctld', 'slurmd', 'munged']) await stop(join(home, `${name}.pid`));
      rmSync(home, { recursive: true, force: true });
    });

    test('the tasks of the template run one shard each, and merged they equal the undivided run', async () => {
      expect(submit()).toBe(0);
      expect(readdirSync(join(project, 'parity-shards')).toSorted()).toEqual(['0', '1', '2', '3']);
      expectWhole(await merge());
    });

    test('a task that never reported is named and fails; run again by itself, it is the same shard', async () => {
      rmSync(join(project, 'parity-shards/2'), { recursive: true });
      const gap = await merge();
      expect(gap.exitCode).not.toBe(0);
      expect(documentOf(gap).problems.map(({ message }) => message)).toEqual([
        'Of 4 shards these did not report: 3.',
      ]);
      expect(submit('--array=2')).toBe(0);
      expectWhole(await merge());
    });

    /** Waits for all tasks; the exit code is the worst of theirs. */
    function submit(...words: readonly string[]): number | null {
      return spawnSync('sbatch', ['--wait', ...words, TEMPLATE], { cwd: project, env }).status;
    }

    /** The files that the pattern in the template's first lines names. */
    function merge(): Promise<CliEnd> {
      const shards = join(project, 'parity-shards');
      const runs = readdirSync(shards).flatMap((task) =>
        readdirSync(join(shards, task)).map((run) => join(shards, task, run, 'run.json')),
      );
      return cli(['merge', '--json', ...runs.filter((path) => existsSync(path))], { cwd: project });
    }

    function expectWhole(end: CliEnd): void {
      const comparable = ({ checks, summary }: RunDocument): unknown => ({
        checks: withoutTimes(checks),
        summary,
      });
      expect(comparable(documentOf(end))).toEqual(comparable(whole));
      expect(end.exitCode).toBe(whole.exitCode);
    }

    async function untilIdle(): Promise<void> {
      for (let tries = 0; tries < 150; tries++) {
        const { stdout } = spawnSync('sinfo', ['--noheader', '--format=%T'], { env, encoding: 'utf8' });
        if (stdout.trim() === 'idle') return;
        await delay(200);
      }
      throw new Error(readFileSync(join(home, 'slurmctld.log'), 'utf8'));
    }
  },
);

/** Nothing outside of `home` is written or listened on, but for two ports of this host. */
async function configured(home: string): Promise<string> {
  for (const name of ['state', 'spool']) mkdirSync(join(home, name));
  const host = hostname().split('.')[0] ?? 'localhost';
  const lines = [
    'ClusterName=parity',
    `SlurmctldHost=${host}(127.0.0.1)`,
    `SlurmctldPort=${await freePort()}`,
    `SlurmdPort=${await freePort()}`,
    'SlurmUser=root',
    'AuthType=auth/munge',
    `AuthInfo=socket=${join(home, 'munge.socket')}`,
    `StateSaveLocation=${join(home, 'state')}`,
    `SlurmdSpoolDir=${join(home, 'spool')}`,
    ...['Slurmctld', 'Slurmd'].flatMap((name) => [
      `${name}PidFile=${join(home, `${name.toLowerCase()}.pid`)}`,
      `${name}LogFile=${join(home, `${name.toLowerCase()}.log`)}`,
    ]),
    'ProctrackType=proctrack/linuxproc',
    'TaskPlugin=task/none',
    'SelectType=select/cons_tres',
    'SelectTypeParameters=CR_CPU',
    // The host may have fewer cores than four tasks ask for.
    'SlurmdParameters=config_overrides',
    'SchedulerParameters=sched_interval=1,batch_sched_delay=0',
    'ReturnToService=2',
    'MpiDefault=none',
    `NodeName=${host} NodeAddr=127.0.0.1 CPUs=8 RealMemory=65536`,
    'PartitionName=all Nodes=ALL Default=YES State=UP',
  ];
  const path = join(home, 'slurm.conf');
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

function startMunge(home: string): void {
  const at = (name: string): string => join(home, name);
  writeFileSync(at('munge.key'), randomBytes(1024), { mode: 0o400 });
  execFileSync('munged', [
    '--force',
    `--key-file=${at('munge.key')}`,
    `--socket=${at('munge.socket')}`,
    `--pid-file=${at('munged.pid')}`,
    `--log-file=${at('munged.log')}`,
    `--seed-file=${at('munge.seed')}`,
  ]);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

async function stop(pidFile: string): Promise<void> {
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8'));
  for (let tries = 0; signalled(pid, tries === 0 ? 'SIGTERM' : 0) && tries < 100; tries++) await delay(100);
}

/** False where there is no such process any more. */
function signalled(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
