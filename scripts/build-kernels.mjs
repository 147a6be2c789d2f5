/** Builds src/compare/kernels/*.c into committed .gen.ts modules. Needs clang and lld with the wasm32 target (Debian: `apt-get install clang lld`). */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = new URL('../src/compare/kernels/', import.meta.url).pathname;
const FLAGS = [
  '--target=wasm32',
  '-O3',
  '-msimd128',
  '-nostdlib',
  '-ffreestanding',
  '-std=c11',
  '-Wall',
  '-Wextra',
];
const LINK = ['-Wl,--no-entry', '-Wl,--strip-all', '-Wl,-z,stack-size=65536'];

const scratch = mkdtempSync(join(tmpdir(), 'kernels-'));
for (const source of readdirSync(folder).filter((name) => name.endsWith('.c'))) {
  const name = source.slice(0, -2);
  const wasm = join(scratch, `${name}.wasm`);
  execFileSync('clang', [...FLAGS, ...LINK, '-o', wasm, join(folder, source)], { stdio: 'inherit' });
  const bytes = readFileSync(wasm);
  const text = `/** Built from ${source} by \`node scripts/build-kernels.mjs\`; do not edit. */\nexport const ${name.toUpperCase()}_WASM =\n  '${bytes.toString('base64')}';\n`;
  writeFileSync(join(folder, `${name}.gen.ts`), text);
  process.stdout.write(`${name}: ${bytes.length} bytes\n`);
}
rmSync(scratch, { recursive: true });
