// What tsc does not carry into dist: the Python side and other files that are read at run time.
import { chmodSync, cpSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = new URL('..', import.meta.url);
const path = (relative) => fileURLToPath(new URL(relative, root));

cpSync(path('src/sources/python'), path('dist/sources/python'), {
  recursive: true,
  filter: (file) => !file.includes('__pycache__'),
});
chmodSync(path('dist/cli/main.js'), 0o755);
