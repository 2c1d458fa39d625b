// Compares the simulation with every linker that is installed, over lines of real archives and over random links:
//   npm run parity -- --help
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
  const serverSource = fileURLToPath(new URL('../src/testing/linker-server.c', import.meta.url));
  process.exitCode = await main(process.argv.slice(2), {
    realArchives: () => realArchives(folder),
    serverSource,
    folder,
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
