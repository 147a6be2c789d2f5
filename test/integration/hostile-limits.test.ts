/** What one worker may take: memory beyond its limit, and what is left behind by thousands of sessions. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from 'vitest';
import { createExecutor, probeTargets, type Executor } from '../../src/workers/index.ts';
import {
  createJob,
  createTarget,
  ending,
  float32,
  healthy,
  hostile,
  int64,
  runAll,
} from '../workers/fixtures.ts';

const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json';
const env = existsSync(SWIFTSHADER) ? { VK_ICD_FILENAMES: SWIFTSHADER, ...process.env } : process.env;
const TARGETS = [
  createTarget(),
  createTarget({ runtime: 'ort-web', provider: 'wasm' }),
  createTarget({ provider: 'webgpu' }),
];
const found = await probeTargets(
  TARGETS.map(({ name }) => name),
  { env },
);
const missing = (name: string): boolean => found.get(name)?.available !== true;

const MEBIBYTE = 2 ** 20;
const LARGEST_OVERSHOOT_MIB = 64;
const LARGEST_GROWTH_MIB = 100;
const SESSIONS = 2000;

const executors: Executor[] = [];
afterAll(() => Promise.all(executors.map((executor) => executor.close())));

describe.each(TARGETS)('$name', (target) => {
  const skip = missing(target.name);
  const why = skip ? ' (skipped: not available here)' : '';

  test.skipIf(skip)(`is ended at most ${LARGEST_OVERSHOOT_MIB} MiB beyond its limit${why}`, async () => {
    const limit = target.runtime === 'ort-web' ? 512 : 1024;
    const executor = createExecutor({ jobs: 1, memoryLimitBytes: limit * MEBIBYTE, env });
    executors.push(executor);
    const shape = new Map([['shape', int64([1], 3n * 2n ** 28n)]]);
    const overshoots: number[] = [];
    for (let i = 0; i < 5; i += 1) {
      const [told] = await runAll(executor, createJob(hostile('constant-of-shape'), [shape], { target }));
      expect(ending(told?.[1])).toBe('out-of-memory MEMORY_EXCEEDED');
      const message = told?.[1].status === 'ok' ? '' : (told?.[1].reasons[0]?.message ?? '');
      const [, reached] = /at (\d+) MiB over its limit/.exec(message) ?? [];
      overshoots.push(Number(reached) - limit);
    }
    note(`${target.name}: MiB beyond the limit ${overshoots.join(', ')}`);
    expect(Math.max(...overshoots)).toBeLessThanOrEqual(LARGEST_OVERSHOOT_MIB);
  });

  test.skipIf(skip || !existsSync('/proc/self/status'))(
    `grows at most ${LARGEST_GROWTH_MIB} MiB in ${SESSIONS} sessions${why}`,
    async () => {
      const before = new Set(children());
      const executor = createExecutor({ jobs: 1, env });
      executors.push(executor);
      const x = new Map([['x', float32([2], 1, 2)]]);
      const sizes: number[] = [];
      for (let i = 1; i <= SESSIONS; i += 1) {
        const [told] = await runAll(executor, createJob(healthy('negate'), [x], { target }));
        expect(ending(told?.[1])).toBe('ok');
        if (i % 100 === 0)
          sizes.push(
            ...children()
              .filter((pid) => !before.has(pid))
              .map(residentMib),
          );
      }
      const growth = Math.max(...sizes) - (sizes[0] ?? 0);
      note(
        `${target.name}: ${sizes[0]} MiB after 100 sessions, ${Math.max(...sizes)} MiB at the most of ${SESSIONS}`,
      );
      expect(growth).toBeLessThanOrEqual(LARGEST_GROWTH_MIB);
      await executor.close();
    },
  );
});

/** Processes that this one started. */
function children(): readonly number[] {
  return readdirSync('/proc/self/task').flatMap((thread) =>
    readFileSync(`/proc/self/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
}

function residentMib(pid: number): number {
  const status = existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, 'utf8') : '';
  return Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024);
}

/** The measured numbers, for docs/failures.md. */
function note(text: string): void {
  process.stderr.write(`${text}\n`);
}
