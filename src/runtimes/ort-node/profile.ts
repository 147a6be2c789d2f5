import { closeSync, openSync, readdirSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { InferenceSession } from 'onnxruntime-common';
import type { Placement } from '../../result/index.ts';
import { foldedAway, placementOfEvents, readProfile, unproven } from '../placement.ts';

/** onnxruntime keeps a million events, a few hundred bytes each; the first part of them names every node. */
const LONGEST_BYTES = 64 * 2 ** 20;

let sessions = 0;

/** Options that make a session write its profile, and what reads it once the session has ended profiling. */
export function profileSession(requested: string): {
  readonly options: InferenceSession.SessionOptions;
  /** `nodes` counts the model's own nodes. */
  readonly read: (nodes: number) => Placement;
} {
  sessions += 1;
  const prefix = `placement-${process.pid}-${sessions}`;
  return {
    options: { enableProfiling: true, profileFilePrefix: join(tmpdir(), prefix) },
    read: (nodes) => readPlacement(requested, tmpdir(), prefix, nodes),
  };
}

/** onnxruntime says nothing when it could not write the file: without the file there is no proof. */
function readPlacement(requested: string, folder: string, prefix: string, nodes: number): Placement {
  let text: string;
  let isCut: boolean;
  try {
    const file = readdirSync(folder).find((name) => name.startsWith(`${prefix}_`));
    if (file === undefined) return unproven(requested);
    ({ text, isCut } = readStart(join(folder, file)));
    rmSync(join(folder, file), { force: true });
  } catch {
    return unproven(requested);
  }
  const events = readProfile(text, isCut);
  if (events === null) return unproven(requested);
  return events.length === 0 && nodes > 0
    ? foldedAway(requested, nodes)
    : placementOfEvents(requested, events);
}

function readStart(path: string): { readonly text: string; readonly isCut: boolean } {
  const file = openSync(path, 'r');
  try {
    const chunks: Buffer[] = [];
    let total = 0;
    while (total < LONGEST_BYTES) {
      const chunk = Buffer.allocUnsafe(2 ** 20);
      const read = readSync(file, chunk);
      if (read === 0) break;
      chunks.push(chunk.subarray(0, read));
      total += read;
    }
    return { text: Buffer.concat(chunks).toString('utf8'), isCut: total >= LONGEST_BYTES };
  } finally {
    closeSync(file);
  }
}
