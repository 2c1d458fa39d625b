import { execFileSync } from 'node:child_process';
import { rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { ROOT } from '../test/root.js';
import { rewriteAsAscii } from './bundle/ascii.js';
import { BUNDLE_OPTIONS } from './bundle/bundle-options.js';
import { cacheCommands, cacheInterfaces } from './bundle/code-cache.js';
import { thirdPartyText } from './bundle/third-party.js';
import { virtualModulesPlugin } from './bundle/virtual-modules.js';
import { readOptions } from './shared/options.js';

const USAGE = `Bundles the library and the command line into dist/, and writes the man page and the types. The command line is two
files, start.cjs and cli.cjs: that keeps start-up short.

npm run build`;

/** By export of dist/cli.cjs: what `link` loads only where a link is planned, and the other commands. */
const COLD = {
  cli: 'src/cli/main.ts',
  'plan-link': 'src/cli/link/plan-link.ts',
  'confirm-link': 'src/cli/link/confirm-link.ts',
  'fix-link': 'src/cli/link/fix-link.ts',
  'link-failure': 'src/cli/link/link-failure.ts',
  'detect-linker': 'src/wrap/detect-linker.ts',
  'dependency-files': 'src/wrap/dependency-files.ts',
};

/** A module of the link wrapper that has a bundle of its own. */
const APART = 'object-interface';

/** Limit of the bundle that each compilation loads, and each link that the cache knows; bytes. */
const MOST_START_BYTES = 80_000;

/** Takes modules that are imported dynamically from dist/cli.cjs, or from the bundle of their own that one has. */
const coldImports: Plugin = {
  name: 'cold-imports',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\.js$/ }, ({ kind, path }) => {
      if (kind !== 'dynamic-import') return undefined;
      const name = path.endsWith('/main.js') ? 'cli' : basename(path, '.js');
      return name in COLD || name === APART ? { path: name, namespace: 'cold' } : undefined;
    });
    onResolve({ filter: /^\.\/[^/]*\.cjs$/ }, ({ path }) => ({ path, external: true }));
    onLoad({ filter: /.*/, namespace: 'cold' }, ({ path }) => ({
      contents:
        path === APART
          ? `import { loadProgram } from './src/cli/built-program.js';
             module.exports = loadProgram(require.resolve('./${APART}.cjs'));`
          : `import { loadProgram } from './src/cli/built-program.js';
             module.exports = loadProgram(require.resolve('./cli.cjs'))[${JSON.stringify(path)}];`,
      resolveDir: ROOT,
    }));
  },
};

/** In dist/cli.cjs the function that imports modules is one that the program is given. */
const givenImport: Plugin = {
  name: 'given-import',
  setup({ onLoad }) {
    onLoad({ filter: /src\/cli\/options\/import-module\.ts$/ }, () => ({
      contents: 'export const importModule = __importModule;',
    }));
  },
};

/** The source of dist/cli.cjs: each module is evaluated when it is asked for. */
const coldModules = `module.exports = {
  ${Object.entries(COLD)
    .map(([name, path]) => `get ${JSON.stringify(name)}() { return require('./${path}'); },`)
    .join('\n  ')}
};`;

readOptions(USAGE);
process.chdir(ROOT);
rmSync('dist', { recursive: true, force: true });
const library = await build({
  ...BUNDLE_OPTIONS,
  metafile: true,
  entryPoints: { index: 'src/index.ts', 'library-worker': 'src/library/library-worker.ts' },
  outdir: 'dist',
  splitting: true,
  chunkNames: '[name]-[hash]',
  plugins: [virtualModulesPlugin],
  legalComments: 'linked',
});
// CommonJS, which Node loads sooner than modules.
const commonJs = {
  ...BUNDLE_OPTIONS,
  format: 'cjs',
  banner: { js: "const __url = require('node:url').pathToFileURL(__filename).href;" },
  define: { 'import.meta.url': '__url' },
  minifyWhitespace: true,
  legalComments: 'linked',
} as const;
// One file, since to find and load a module costs about a millisecond.
const program = await build({
  ...commonJs,
  metafile: true,
  stdin: { contents: coldModules, resolveDir: ROOT },
  outfile: 'dist/cli.cjs',
  plugins: [virtualModulesPlugin, givenImport],
});
// The code that every compilation and link of a build loads is one file, and so is the code for an object that was
// compiled again.
await build({
  ...commonJs,
  entryPoints: { start: 'src/cli/start.ts', [APART]: 'src/link/inputs/object-interface.ts' },
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  plugins: [coldImports, virtualModulesPlugin],
});
// An import added by accident would otherwise go unnoticed, and every compilation of a build loads it.
const startBytes = statSync('dist/start.cjs').size;
if (startBytes > MOST_START_BYTES)
  throw new Error(
    `dist/start.cjs has ${startBytes} bytes, more than ${MOST_START_BYTES}: it is loaded by each link`,
  );
writeCommonJs(['trimLine', 'checkLine', 'explainLog', 'fixLine']);
for (const name of ['cli', APART]) rewriteAsAscii(`dist/${name}.cjs`);
const { cli } = await cacheCommands(join(ROOT, 'dist/cli.cjs'));
cacheInterfaces(join(ROOT, `dist/${APART}.cjs`));
writeFileSync('dist/ardedup.1', await cli.manual());
// Of AssemblyScript's own library a little is compiled into the core.
const bundled = [library, program].flatMap(({ metafile }) => Object.keys(metafile.inputs));
const inputs = [...new Set(bundled), 'node_modules/assemblyscript/std'];
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
