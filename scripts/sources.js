// The sources as a library, for scripts that ask more than `ardedup` exports: bundled from src/ as it is now.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/**
 * Everything that these modules export, in one object.
 *
 * @param modules paths below src/, without extension: 'archive/read-archive'
 */
export async function sources(...modules) {
  const folder = mkdtempSync(join(tmpdir(), 'ardedup-sources-'));
  try {
    const outfile = join(folder, 'sources.mjs');
    await build({
      stdin: {
        contents: modules.map((module) => `export * from './${module}.ts';`).join('\n'),
        resolveDir: fileURLToPath(new URL('../src', import.meta.url)),
        loader: 'ts',
      },
      bundle: true,
      platform: 'node',
      format: 'esm',
      outfile,
      logLevel: 'warning',
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
