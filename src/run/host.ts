import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { arch, cpus, release, totalmem, type } from 'node:os';
import { promisify } from 'node:util';
import type { Host, RunDocument } from '../result/index.ts';

/** What the numbers of this run were computed on. */
export function describeHost(): Host {
  const processors = cpus();
  const facts = {
    os: `${type()} ${release()}`,
    arch: arch(),
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryBytes: totalmem(),
    node: process.version,
  };
  return {
    ...facts,
    fingerprint: createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 16),
  };
}

/** Commit and branch of the project, from CI's variables or from git; `null` where unknown. */
export async function describeSource(root: string): Promise<RunDocument['source']> {
  const [head, branch, changes] = await Promise.all([
    git(root, ['rev-parse', 'HEAD']),
    git(root, ['rev-parse', '--abbrev-ref', 'HEAD']),
    git(root, ['status', '--porcelain', '--untracked-files=no']),
  ]);
  const { env } = process;
  return {
    commit: head,
    branch:
      env['GITHUB_HEAD_REF'] ||
      env['GITHUB_REF_NAME'] ||
      env['CI_COMMIT_REF_NAME'] ||
      env['BUILDKITE_BRANCH'] ||
      branch,
    dirty: changes === null ? null : changes !== '',
  };
}

async function git(root: string, args: readonly string[]): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)('git', ['-C', root, ...args], { timeout: 5_000 });
    return stdout.trim();
  } catch {
    return null;
  }
}
