/* A parent that starts one worker process and waits for its end. `node parent.cjs cpu|wasm MODEL` or `… --work FILE`. */
const { fork } = require('node:child_process');
const path = require('node:path');

const child = fork(path.join(__dirname, 'child.cjs'), process.argv.slice(2), { serialization: 'advanced' });
child.on('message', () => child.kill('SIGKILL'));
child.on('exit', (code) => {
  process.exitCode = code ?? 0;
});
