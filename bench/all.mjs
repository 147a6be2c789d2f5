/** All benches, then the tables: `npm run bench`. Takes ten minutes and more. */
import { spawnSync } from 'node:child_process';
import { ROOT } from './paired.mjs';

for (const name of ['compare', 'start', 'backend', 'files', 'tables']) {
  const { status } = spawnSync(process.execPath, [`bench/${name}.mjs`], { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
