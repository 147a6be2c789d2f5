import { reporterError } from '../../errors/catalogue/reporters.ts';
import { SCHEMA_VERSION } from '../../result/document.ts';
import type { RunDocument } from '../../result/document.ts';
import { runSchema } from './schema.ts';

/** Reads a stored run result; a newer schema version is refused by name. `what` names the file in errors. */
export function parseRunDocument(text: string, what = 'The document'): RunDocument {
  const value = parseJson(text, what);
  const version = schemaVersionOf(value);
  if (version !== null && version > SCHEMA_VERSION) {
    throw reporterError('RUN_NEWER', { what, found: version, known: SCHEMA_VERSION });
  }
  const parsed = runSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw reporterError('RUN_INVALID', {
      what,
      path: issue === undefined || issue.path.length === 0 ? 'the top' : issue.path.map(String).join('.'),
      problem: issue?.message ?? 'unknown problem',
    });
  }
  // The value itself, not zod's copy, which lacks properties that a later minor version added.
  return value as RunDocument;
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw reporterError('RUN_NOT_JSON', { what, problem }, cause);
  }
}

function schemaVersionOf(value: unknown): number | null {
  if (typeof value !== 'object' || value === null || !('schemaVersion' in value)) return null;
  return typeof value.schemaVersion === 'number' ? value.schemaVersion : null;
}
