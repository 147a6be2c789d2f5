// Bundles the programs that processes start, so that each loads a few files instead of some hundred: the command
// line, the worker and its watchdog. Everything else in dist stays as tsc wrote it and is the package's API.
//
//   node scripts/bundle.mjs [dist]
import { chmodSync } from 'node:fs';
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
  'mathjs',
];

await bundle({ 'cli/main': 'cli/main.ts' }, 'es', 'js', 'cli/part');
await bundle(
  { 'workers/child': 'workers/child.ts', 'workers/watchdog': 'workers/watchdog.ts' },
  'cjs',
  'cjs',
  'workers/part',
);
chmodSync(resolve(outDir, 'cli/main.js'), 0o755);

/** Every file lands one folder below dist, which is what {@link keepPlace} counts on. */
async function bundle(entries, format, extension, part) {
  await build({
    configFile: false,
    root,
    logLevel: 'warn',
    publicDir: false,
    plugins: [keepPlace(format)],
    ssr: { noExternal: true, external: EXTERNAL },
    build: {
      ssr: true,
      outDir,
      emptyOutDir: false,
      target: 'node20',
      minify: false,
      reportCompressedSize: false,
      rolldownOptions: {
        input: Object.fromEntries(
          Object.entries(entries).map(([name, path]) => [name, resolve(source, path)]),
        ),
        output: {
          format,
          entryFileNames: `[name].${extension}`,
          chunkFileNames: `${part}-[name].${extension}`,
          sourcemap: false,
        },
      },
    },
  });
}

/** `import.meta.url` of our modules keeps naming the file that tsc wrote, beside which assets are looked for. */
function keepPlace(format) {
  return {
    name: 'keep-place',
    enforce: 'pre',
    transform(code, id) {
      if (!id.startsWith(source) || !code.includes('import.meta')) return null;
      const place = `'../${relative(source, id).replaceAll('\\', '/').replace(/\.ts$/, '.js')}'`;
      const here = format === 'cjs' ? "require('node:url').pathToFileURL(__filename)" : 'import.meta.url';
      return { code: code.replaceAll('import.meta.url', `new URL(${place}, ${here}).href`), map: null };
    },
  };
}
