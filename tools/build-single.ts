import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { ROOT } from '../test/root.js';
import { BUNDLE_OPTIONS } from './bundle/bundle-options.js';
import { virtualModulesPlugin } from './bundle/virtual-modules.js';
import { readOptions } from './shared/options.js';

const USAGE = `Everything in one file, for machines without npm:

npm run build:single -- [--executable] [folder, build/]

  ardedup.mjs   runs with any Node from 20 on
  ardedup       with --executable: this very Node with the program in it (a single executable application)`;

/** Modules that read files of the package have their contents here. */
const inlined: Plugin = {
  name: 'inlined',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^\.\.\/dist\/start\.cjs$/ }, () => ({ path: join(ROOT, 'src/cli/start.ts') }));
    onLoad({ filter: /src\/version\.ts$/ }, () => {
      const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
      return { contents: `export const version = ${JSON.stringify(version)};` };
    });
    onLoad({ filter: /src\/report\/demangle-wasm\.ts$/ }, () => {
      const path = createRequire(import.meta.url).resolve('gecko-profiler-demangle/index_bg.wasm');
      const text = JSON.stringify(readFileSync(path, 'base64'));
      return { contents: `export const demanglerBytes = () => Buffer.from(${text}, 'base64');` };
    });
  },
};

const { values, positionals } = readOptions(USAGE, { executable: { type: 'boolean' } }, 1);
const folder = resolve(positionals[0] ?? join(ROOT, 'build'));
mkdirSync(folder, { recursive: true });
await bundle('esm', join(folder, 'ardedup.mjs'));
if (values.executable) await executable(join(folder, 'ardedup'));

async function bundle(format: 'esm' | 'cjs', outfile: string): Promise<void> {
  await build({
    ...BUNDLE_OPTIONS,
    entryPoints: [join(ROOT, 'bin/ardedup.js')],
    outfile,
    format,
    ...(format === 'cjs' ? { banner: {} } : {}),
    plugins: [virtualModulesPlugin, inlined],
    legalComments: 'inline',
  });
}

/** Source: nodejs.org/api/single-executable-applications.html */
async function executable(path: string): Promise<void> {
  const main = `${path}.cjs`;
  const config = `${path}.json`;
  const blob = `${path}.blob`;
  try {
    await bundle('cjs', main);
    writeFileSync(config, JSON.stringify({ main, output: blob, disableExperimentalSEAWarning: true }));
    execFileSync(process.execPath, ['--experimental-sea-config', config], { stdio: 'pipe' });
    copyFileSync(process.execPath, path);
    chmodSync(path, 0o755);
    const postject = createRequire(import.meta.url).resolve('postject/dist/cli.js');
    const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';
    execFileSync(process.execPath, [postject, path, 'NODE_SEA_BLOB', blob, '--sentinel-fuse', fuse], {
      stdio: 'pipe',
    });
  } finally {
    for (const file of [main, config, blob]) rmSync(file, { force: true });
  }
}
