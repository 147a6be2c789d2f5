// Writes schemas/suite.schema.json from the zod schema; with --check, exits 1 when it is out of date.
import { readFile, writeFile } from 'node:fs/promises';

import { createJiti } from 'jiti';
import { format } from 'prettier';
import * as z from 'zod';

const file = new URL('../schemas/suite.schema.json', import.meta.url);
const jiti = createJiti(import.meta.url, { fsCache: false, virtualModules: { zod: z } });
const { suiteSchema } = await jiti.import('../src/suite/schema.ts');
const schema = z.toJSONSchema(suiteSchema, { io: 'input', target: 'draft-7' });
const text = await format(JSON.stringify(schema), { parser: 'json', printWidth: 110 });

if (process.argv.includes('--check')) {
  const current = await readFile(file, 'utf8').catch(() => '');
  if (current !== text) {
    console.error('schemas/suite.schema.json is out of date; run `node scripts/generate-suite-schema.mjs`.');
    process.exitCode = 1;
  }
} else {
  await writeFile(file, text);
}
