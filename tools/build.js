// Bundles the library and the command line into dist/, and writes the types. One file each keeps start-up short.
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { BUNDLE_OPTIONS } from './bundle.js';
import { readOptions } from './options.js';
import { thirdPartyText } from './third-party.js';
import { virtualModulesPlugin } from './virtual-modules.js';

readOptions(import.meta.url);
rmSync('dist', { recursive: true, force: true });
const { metafile } = await build({
  ...BUNDLE_OPTIONS,
  metafile: true,
  entryPoints: { index: 'src/index.ts', cli: 'src/cli/main.ts', start: 'src/cli/start.ts' },
  outdir: 'dist',
  splitting: true,
  chunkNames: '[name]-[hash]',
  plugins: [virtualModulesPlugin],
  legalComments: 'linked',
});
writeFileSync('dist/THIRD-PARTY.txt', thirdPartyText(Object.keys(metafile.inputs)));
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
  stdio: 'inherit',
});
