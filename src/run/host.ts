import { createHash } from 'node:crypto';
import { arch, cpus, release, totalmem, type } from 'node:os';
import type { Host } from '../result/index.ts';

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
