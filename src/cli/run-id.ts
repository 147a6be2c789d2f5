import { randomBytes } from 'node:crypto';

/** `20261121-091805-3fa2`: sorts by time, and two runs in one second stay apart. */
export function newRunId(now: Date): string {
  const [day = '', time = ''] = now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').split('T');
  return `${day}-${time}-${randomBytes(2).toString('hex')}`;
}
