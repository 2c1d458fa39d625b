// Options of every bundle of the sources.
import type { BuildOptions } from 'esbuild';

/** The banner is for commander, which is CommonJS inside and requires modules of Node. */
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
} satisfies BuildOptions;
