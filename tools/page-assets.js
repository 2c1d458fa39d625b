// What the HTML report carries with it: its script and its style, bundled into text. The build and the tests ask here.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export const PAGE_ASSETS = 'virtual:page-assets';

/** A module that exports `script` and `style`. */
export async function pageAssetsModule() {
  const entry = (name) => fileURLToPath(new URL(`../src/report/html/client/${name}`, import.meta.url));
  const bundle = async (name) => {
    const { outputFiles } = await build({
      entryPoints: [entry(name)],
      bundle: true,
      minify: true,
      write: false,
      format: 'iife',
      target: 'es2022',
      charset: 'utf8',
      legalComments: 'none',
    });
    return outputFiles[0].text;
  };
  const [script, style] = await Promise.all([bundle('main.ts'), bundle('style.css')]);
  return `export const script = ${JSON.stringify(script)};\nexport const style = ${JSON.stringify(style)};\n`;
}

/** For esbuild. */
export const pageAssetsPlugin = {
  name: 'page-assets',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^virtual:page-assets$/ }, ({ path }) => ({ path, namespace: 'page-assets' }));
    onLoad({ filter: /.*/, namespace: 'page-assets' }, async () => ({ contents: await pageAssetsModule() }));
  },
};

/** For Vite, on which vitest stands. */
export const pageAssetsVitePlugin = {
  name: 'page-assets',
  resolveId: (id) => (id === PAGE_ASSETS ? `\0${PAGE_ASSETS}` : null),
  load: (id) => (id === `\0${PAGE_ASSETS}` ? pageAssetsModule() : null),
};
