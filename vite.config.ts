import { createHash } from 'node:crypto';
import { defineConfig, type Plugin } from 'vite';
import { viteSingleFile } from 'vite-plugin-singlefile';

/** Builds the report page into one HTML file that needs nothing else; `src/reporters/html` puts a run into it. */
export default defineConfig({
  root: 'src/report-app',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: '../../dist/report-app',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: false,
  },
  plugins: [viteSingleFile(), allowOwnCode()],
});

/** Writes the hashes of the page's one script and one style into its Content-Security-Policy. */
function allowOwnCode(): Plugin {
  const hashOf = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;
  return {
    name: 'allow-own-code',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const page = bundle['index.html'];
        if (page?.type !== 'asset' || typeof page.source !== 'string') this.error('index.html was not built');
        const script = /<script type="module"[^>]*>([\s\S]*?)<\/script>/.exec(page.source)?.[1];
        const style = /<style[^>]*>([\s\S]*?)<\/style>/.exec(page.source)?.[1];
        if (script === undefined || style === undefined) this.error('script or style was not inlined');
        page.source = page.source
          .replace('sha256-OF-SCRIPT', () => hashOf(script))
          .replace('sha256-OF-STYLE', () => hashOf(style));
      },
    },
  };
}
