// Compiles the engine's core, src/core, from AssemblyScript to a WebAssembly module.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { FIRST_PAGES, MOST_PAGES } from '../../src/core/pages.js';
import { ROOT } from '../../test/root.js';

const ENTRY = 'src/core/index.ts';

/** Nothing throws in the core, so there is no `abort`. */
const OPTIONS = [
  ...['-O3', '--runtime', 'stub', '--noAssert', '--use', 'abort='],
  // The memory is made by src/engine/core.ts.
  ...['--importMemory', '--sharedMemory', '--enable', 'threads'],
  ...['--initialMemory', String(FIRST_PAGES), '--maximumMemory', String(MOST_PAGES)],
];

/** The module's bytes. What was compiled once is kept among the packages, by all that it depends on. */
export async function compileCore(): Promise<Buffer> {
  const files = readdirSync(join(ROOT, 'src/core'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join('src/core', file))
    .toSorted();
  const { version } = createRequire(import.meta.url)('assemblyscript/package.json') as { version: string };
  const hash = createHash('sha256').update(JSON.stringify([version, OPTIONS]));
  for (const file of files) hash.update(`\0${file}\0`).update(readFileSync(join(ROOT, file)));
  const folder = join(ROOT, 'node_modules/.cache/ardedup');
  const path = join(folder, `core-${hash.digest('hex').slice(0, 32)}.wasm`);
  try {
    return readFileSync(path);
  } catch {
    const bytes = await compile();
    mkdirSync(folder, { recursive: true });
    const temporary = `${path}.${process.pid}`;
    writeFileSync(temporary, bytes);
    renameSync(temporary, path);
    return bytes;
  }
}

/**
 * The module's bytes, of other sources.
 * @param change gives the text of a file in place of its own
 */
export const compileCoreFrom = (change: (text: string, name: string) => string): Promise<Buffer> =>
  compile((name, folder) => {
    const path = join(folder, name);
    return existsSync(path) ? change(readFileSync(path, 'utf8'), name) : null;
  });

/** @throws Error with the compiler's messages */
async function compile(readFile?: (name: string, folder: string) => string | null): Promise<Buffer> {
  const { main } = await import('assemblyscript/asc');
  const outputs = new Map<string, string | Uint8Array>();
  const { error, stderr } = await main([ENTRY, ...OPTIONS, '--baseDir', ROOT, '--outFile', 'core.wasm'], {
    writeFile: (name, contents) => {
      outputs.set(name, contents);
    },
    ...(readFile ? { readFile } : {}),
  });
  if (error) throw new Error(`${ENTRY}: ${stderr.toString()}`);
  return Buffer.from(outputs.get('core.wasm') as Uint8Array);
}
