// Compares the simulation with every linker that is installed, over lines of real archives and over random links:
//   npm run parity -- [--real 360] [--links 10000] [--seed 1] [--linker mold,ld.bfd] [--enough 5] [--at-once 2]
//                     [--show-refusals]
// Link number n is the same on every machine, so a run goes on where another one stopped by --seed. Prints each
// disagreement, random links in the link notation and made as small as they go, and tables. Exits 1 when there are any.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import { realArchives } from './real-archives.js';

const folder = mkdtempSync(join(tmpdir(), 'parity-bundle-'));
try {
  const outfile = join(folder, 'parity.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('../src/testing/parity-command.ts', import.meta.url))],
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['vitest'],
    outfile,
    logLevel: 'warning',
  });
  const { main } = await import(pathToFileURL(outfile).href);
  process.exitCode = await main(process.argv.slice(2), () => realArchives(folder));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
