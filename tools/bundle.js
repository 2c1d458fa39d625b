// Bundles of the sources: what each is made with, and for scripts that ask more than `ardedup` exports, some of the
// modules with all that they import, loaded as they are now.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { virtualModulesPlugin } from './virtual-modules.js';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/**
 * What every bundle of the sources wants; commander is CommonJS inside, and its require of node's modules needs one.
 */
export const BUNDLE_OPTIONS = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  external: ['vitest', 'playwright-core'],
  logLevel: 'warning',
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
};

/**
 * A folder for bundles, as dist/ is in the package: the version is read from beside it, an engine among the packages.
 */
export function bundleFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'ardedup-bundle-'));
  copyFileSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  mkdirSync(join(folder, 'dist'));
  process.env.ARDEDUP_FIXTURES = join(ROOT, 'fixtures');
  return { dist: join(folder, 'dist'), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/**
 * Hands on everything that these modules export, in one object.
 *
 * @param modules paths without extension: 'src/archive/read-archive'
 */
export async function withSources(modules, use) {
  const { dist, remove } = bundleFolder();
  try {
    const outfile = join(dist, 'bundle.mjs');
    const contents = modules.map((module) => `export * from './${module}.ts';`).join('\n');
    const stdin = { contents, resolveDir: ROOT, loader: 'ts' };
    await build({ ...BUNDLE_OPTIONS, stdin, plugins: [virtualModulesPlugin], outfile });
    return await use(await import(pathToFileURL(outfile).href));
  } finally {
    remove();
  }
}

/** The same for those that read nothing of the package once they are loaded. */
export const sources = (...modules) => withSources(modules, (exported) => exported);
