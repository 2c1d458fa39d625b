// One of the sources with all that it imports, loaded from a bundle as it is now: for helpers of tests that scripts run.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { pageAssetsPlugin } from './page-assets.js';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** What every bundle of the sources wants; commander is CommonJS inside, and its require of node's modules needs one. */
export const BUNDLE_OPTIONS = {
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'esm',
  external: ['vitest'],
  logLevel: 'warning',
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
};

/** A folder for bundles, as dist/ is in the package: the version is read from beside it, an engine among the packages. */
export function bundleFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'ardedup-bundle-'));
  copyFileSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  mkdirSync(join(folder, 'dist'));
  process.env.ARDEDUP_FIXTURES = join(ROOT, 'fixtures');
  return { dist: join(folder, 'dist'), remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** @param module path below src/, without extension */
export async function withBundle(module, use) {
  const { dist, remove } = bundleFolder();
  try {
    const outfile = join(dist, 'bundle.mjs');
    const entryPoints = [join(ROOT, 'src', `${module}.ts`)];
    await build({ ...BUNDLE_OPTIONS, entryPoints, plugins: [pageAssetsPlugin], outfile });
    return await use(await import(pathToFileURL(outfile).href));
  } finally {
    remove();
  }
}
