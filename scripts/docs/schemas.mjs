import { z } from 'zod';
import { runJsonSchema } from '../../dist/reporters/json/schema.js';
import { suiteSchema } from '../../dist/suite/schema.js';

export function runSchema() {
  return JSON.stringify(runJsonSchema());
}

/** Draft 7, because that is what YAML editors read. */
export function suiteSchemaPage() {
  return JSON.stringify(z.toJSONSchema(suiteSchema, { io: 'input', target: 'draft-7' }));
}
