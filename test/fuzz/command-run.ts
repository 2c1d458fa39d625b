import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { folderState } from '../folder-state.js';
import { runMain } from '../run-main.js';
import { fixturesFolder } from './fixtures.js';

export const FORMATS = ['elf', 'macho', 'coff', 'wasm'] as const;

/** Formats of objects of which there is a link. */
export type Format = (typeof FORMATS)[number];

/** The likely format of the objects in some bytes. */
export const formatOf = (bytes: Uint8Array): Format => {
  const text = Buffer.from(bytes).toString('latin1');
  if (text.includes('\x7fELF')) return 'elf';
  if (text.includes('\0asm')) return 'wasm';
  return text.includes('\xcf\xfa\xed\xfe') ? 'macho' : 'coff';
};

/** The founding case in a folder of its own. */
export interface Founding {
  readonly path: string;
  readonly at: (name: string) => string;
  readonly line: readonly string[];
}

const folders = new Map<Format, Founding>();

/**
 * A folder with a program and a provider, and a line for an archive `x.a` between them; `removeFoundings` removes it.
 */
export function founding(format: Format): Founding {
  const known = folders.get(format);
  if (known) return known;
  const path = mkdtempSync(join(tmpdir(), 'ardedup-fuzz-'));
  const at = (name: string) => join(path, name);
  for (const name of ['main.o', 'libstdlib.a', 'libext_pinned.a'])
    copyFileSync(join(fixturesFolder(), 'founding', format, name), at(name));
  const made = { path, at, line: [at('main.o'), at('x.a'), at('libstdlib.a')] };
  folders.set(format, made);
  return made;
}

export function removeFoundings(): void {
  for (const { path } of folders.values()) rmSync(path, { recursive: true, force: true });
  folders.clear();
}

/** @throws when there is a file in a folder */
export function requireNothing(path: string): void {
  let state: Record<string, string>;
  try {
    state = folderState(path);
  } catch {
    return;
  }
  if (Object.keys(state).length > 0) throw new Error(`refused, and wrote ${Object.keys(state).join(', ')}`);
}

/** @returns the exit code @throws when it ended otherwise than a command may */
export async function runCleanly(args: readonly string[]): Promise<number> {
  const { exitCode, out, error } = await runMain(args);
  if (![0, 1, 2].includes(exitCode)) throw new Error(`exit code ${exitCode}`);
  const isRefusal = /^ardedup: [^\n]+\n$/.test(error) && out === '';
  if (exitCode === 2 ? !isRefusal : error !== '') throw new Error(`printed ${JSON.stringify(error)}`);
  return exitCode;
}
