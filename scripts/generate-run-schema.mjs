// Writes schemas/run.schema.json from the schema that reads stored runs. Needs a build: it runs what was compiled.
import { writeFileSync } from 'node:fs';
import { runJsonSchema } from '../dist/reporters/json/schema.js';

const path = new URL('../schemas/run.schema.json', import.meta.url);
writeFileSync(path, `${JSON.stringify(runJsonSchema(), null, 2)}\n`);
