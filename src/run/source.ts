import { execFile } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { RunDocument } from '../result/index.ts';

/**
 * Commit and branch of the project, from CI's variables or from git's own files; `null` where unknown. Only where
 * `changes` are asked for is git started, to say whether tracked files differ from the commit.
 */
export async function describeSource(root: string, changes: boolean): Promise<RunDocument['source']> {
  const folder = gitFolder(root);
  const head = folder === null ? null : readText(join(folder, 'HEAD'));
  const ref = head === null ? null : (/^ref: (.+)$/.exec(head)?.[1] ?? null);
  const { env } = process;
  return {
    commit: folder === null || head === null ? null : ref === null ? head : commitOf(folder, ref),
    branch:
      env['GITHUB_HEAD_REF'] ||
      env['GITHUB_REF_NAME'] ||
      env['CI_COMMIT_REF_NAME'] ||
      env['BUILDKITE_BRANCH'] ||
      (ref?.replace(/^refs\/heads\//, '') ?? (head === null ? null : 'HEAD')),
    dirty: folder === null || !changes ? null : await differs(root),
  };
}

/** The repository that a folder belongs to; in a worktree and a submodule `.git` is a file that names it. */
function gitFolder(root: string): string | null {
  for (let folder = resolve(root); ; folder = dirname(folder)) {
    const path = join(folder, '.git');
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isDirectory() === true) return path;
    const named = stat === undefined ? null : /^gitdir: (.+)$/.exec(readText(path) ?? '')?.[1];
    if (named !== null && named !== undefined) return resolve(folder, named);
    if (dirname(folder) === folder) return null;
  }
}

/** Branches of a worktree are in the folder that it shares with the others. */
function commitOf(folder: string, ref: string): string | null {
  const shared = resolve(folder, readText(join(folder, 'commondir')) ?? '.');
  const loose = readText(join(folder, ref)) ?? readText(join(shared, ref));
  if (loose !== null) return loose;
  const packed = readText(join(shared, 'packed-refs'))?.split('\n') ?? [];
  return packed.find((line) => line.endsWith(` ${ref}`))?.split(' ')[0] ?? null;
}

function differs(root: string): Promise<boolean | null> {
  return new Promise((done) => {
    const words = ['-C', root, 'status', '--porcelain', '--untracked-files=no'];
    execFile('git', words, { timeout: 5_000 }, (error, stdout) => {
      done(error === null ? stdout.trim() !== '' : null);
    });
  });
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}
