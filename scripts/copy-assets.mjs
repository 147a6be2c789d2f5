// What tsc does not carry into dist: the Python side and other files that are read at run time.
import { chmodSync, cpSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = new URL('..', import.meta.url);
const path = (relative) => fileURLToPath(new URL(relative, root));

cpSync(path('src/sources/python'), path('dist/sources/python'), {
  recursive: true,
  filter: (file) =>
    file.endsWith('.py') || (statSync(file).isDirectory() && basename(file) !== '__pycache__'),
});
chmodSync(path('dist/cli/main.js'), 0o755);
