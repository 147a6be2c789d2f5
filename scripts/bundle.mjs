// Bundles the programs that processes start, so that each loads a few files instead of some hundred: the command
// line, the worker and its watchdog. Everything else in dist stays as tsc wrote it and is the package's API.
//
//   node scripts/bundle.mjs [dist]
import { chmodSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const source = resolve(root, 'src');
const outDir = resolve(process.argv[2] ?? resolve(root, 'dist'));

/** Native code, code with files of its own beside it, and what is large and rarely needed stay packages. */
const EXTERNAL = [
  'onnxruntime-node',
  'onnxruntime-web',
  'onnxruntime-common',
  '@duckdb/node-api',
  '@tensorflow/tfjs-node',
  'jiti',
];

await bundle('cli', ['main']);
await bundle('workers', ['child', 'watchdog']);
chmodSync(resolve(outDir, 'cli/main.cjs'), 0o755);
// For who starts it under the name that tsc gave it.
writeFileSync(
  resolve(outDir, 'cli/main.js'),
  "#!/usr/bin/env node\nimport { createRequire } from 'node:module';\n\ncreateRequire(import.meta.url)('./main.cjs');\n",
);

/** Every file lands one folder below dist, which is what {@link keepPlace} counts on. */
async function bundle(folder, names) {
  await build({
    configFile: false,
    root,
    logLevel: 'warn',
    publicDir: false,
    plugins: [keepPlace()],
    ssr: { noExternal: true, external: EXTERNAL },
    build: {
      ssr: true,
      outDir,
      emptyOutDir: false,
      target: 'node20',
      minify: false,
      reportCompressedSize: false,
      rolldownOptions: {
        checks: { ineffectiveDynamicImport: false },
        input: Object.fromEntries(
          names.map((name) => [`${folder}/${name}`, resolve(source, folder, `${name}.ts`)]),
        ),
        output: {
          // Not ES modules: their loader takes longer than all of this code.
          format: 'cjs',
          entryFileNames: '[name].cjs',
          chunkFileNames: `${folder}/part-[name].cjs`,
          sourcemap: false,
        },
      },
    },
  });
}

/** `import.meta.url` of our modules keeps naming the file that tsc wrote, beside which assets are looked for. */
function keepPlace() {
  return {
    name: 'keep-place',
    enforce: 'pre',
    transform(code, id) {
      if (!id.startsWith(source) || !code.includes('import.meta')) return null;
      const place = `'../${relative(source, id).replaceAll('\\', '/').replace(/\.ts$/, '.js')}'`;
      const here = `new URL(${place}, require('node:url').pathToFileURL(__filename)).href`;
      const placed = code
        .replaceAll('import.meta.url', here)
        .replaceAll('import.meta.resolve(', 'require.resolve(');
      return { code: placed, map: null };
    },
  };
}
