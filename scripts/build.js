// Bundles the library and the command line into dist/, and writes the types. One file each keeps start-up short.
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { pageAssetsPlugin } from './page-assets.js';
import { thirdPartyText } from './third-party.js';

rmSync('dist', { recursive: true, force: true });
const { metafile } = await build({
  metafile: true,
  entryPoints: { index: 'src/index.ts', cli: 'src/cli/main.ts', start: 'src/cli/start.ts' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  chunkNames: '[name]-[hash]',
  platform: 'node',
  target: 'node20',
  format: 'esm',
  // commander is CommonJS inside: bundled, its require of node's own modules needs one.
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
  },
  plugins: [pageAssetsPlugin],
  legalComments: 'linked',
  logLevel: 'warning',
});
writeFileSync('dist/THIRD-PARTY.txt', thirdPartyText(Object.keys(metafile.inputs)));
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
  stdio: 'inherit',
});
