import { execFileSync } from 'node:child_process';
import { rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { ROOT } from '../test/root.js';
import { BUNDLE_OPTIONS } from './bundle/bundle-options.js';
import { thirdPartyText } from './bundle/third-party.js';
import { virtualModulesPlugin } from './bundle/virtual-modules.js';
import { readOptions } from './shared/options.js';

const USAGE = `Bundles the library and the command line into dist/, and writes the man page and the types. One file each keeps
start-up short.

npm run build`;

/** By name in dist/: what `link` loads only where a link is planned, and the other commands. */
const COLD = {
  cli: 'src/cli/main.ts',
  'plan-link': 'src/cli/link/plan-link.ts',
  'confirm-link': 'src/cli/link/confirm-link.ts',
  'fix-link': 'src/cli/link/fix-link.ts',
  'link-failure': 'src/cli/link/link-failure.ts',
  'detect-linker': 'src/wrap/detect-linker.ts',
  'dependency-files': 'src/wrap/dependency-files.ts',
  'library-worker': 'src/library/library-worker.ts',
};

/** Limit of the bundle that each compilation loads, and each link that the cache knows; bytes. */
const MOST_START_BYTES = 80_000;

/** Leaves dynamic imports of other bundles to be resolved in dist/. */
const coldImports: Plugin = {
  name: 'cold-imports',
  setup({ onResolve }) {
    onResolve({ filter: /\.js$/ }, ({ kind, path }) => {
      const name = path.endsWith('/main.js') ? 'cli' : basename(path, '.js');
      const isOwnBundle = name in COLD || name === 'object-interface';
      return kind === 'dynamic-import' && isOwnBundle ? { path: `./${name}.js`, external: true } : undefined;
    });
  },
};

readOptions(USAGE);
process.chdir(ROOT);
rmSync('dist', { recursive: true, force: true });
const { metafile } = await build({
  ...BUNDLE_OPTIONS,
  metafile: true,
  entryPoints: { index: 'src/index.ts', ...COLD },
  outdir: 'dist',
  splitting: true,
  chunkNames: '[name]-[hash]',
  plugins: [virtualModulesPlugin],
  legalComments: 'linked',
});
// The code that every compilation and link of a build loads is one file, and so is the code for an object that was
// compiled again: to find and load a module costs about a millisecond.
await build({
  ...BUNDLE_OPTIONS,
  entryPoints: { start: 'src/cli/start.ts', 'object-interface': 'src/link/inputs/object-interface.ts' },
  outdir: 'dist',
  plugins: [coldImports, virtualModulesPlugin],
  minifyWhitespace: true,
  legalComments: 'linked',
});
// An import added by accident would otherwise go unnoticed, and every compilation of a build loads it.
const startBytes = statSync('dist/start.js').size;
if (startBytes > MOST_START_BYTES)
  throw new Error(
    `dist/start.js has ${startBytes} bytes, more than ${MOST_START_BYTES}: it is loaded by each link`,
  );
writeCommonJs(['trimLine', 'checkLine', 'explainLog', 'fixLine']);
const program = pathToFileURL(join(ROOT, 'dist/cli.js')).href;
const { manual } = (await import(program)) as typeof import('../src/cli/main.js');
writeFileSync('dist/ardedup.1', await manual());
// Of AssemblyScript's own library a little is compiled into the core.
const inputs = [...Object.keys(metafile.inputs), 'node_modules/assemblyscript/std'];
writeFileSync('dist/THIRD-PARTY.txt', thirdPartyText(inputs));
execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json'], {
  stdio: 'inherit',
});

/** For `require` where Node cannot load a module by it (before 20.19): the functions that return promises. */
function writeCommonJs(names: readonly string[]): void {
  const functions = names.map(
    (name) => `exports.${name} = async (...options) => (await import('./index.js')).${name}(...options);\n`,
  );
  const module = "import('./types/index.js', { with: { 'resolution-mode': 'import' } })";
  const types = names.map((name) => `export declare const ${name}: typeof ${module}.${name};\n`);
  writeFileSync('dist/index.cjs', `'use strict';\n${functions.join('')}`);
  writeFileSync('dist/index.d.cts', types.join(''));
}
