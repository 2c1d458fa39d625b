import { readFileSync } from 'node:fs';
import { makeSpelling } from '../emit/depfile.js';
import { writeFileWhole } from '../emit/write-file.js';
import { isFile } from '../link/command/file-kind.js';

/** A trimmed archive as the linker was given it, and the archive that it replaced. */
export type Replaced = readonly [trimmed: string, original: string];

/**
 * Names the original archives in the lists of files that a linker wrote (`--dependency-file`, `-dependency_info`): a
 * build must link again when one of those changes. Each linker spells paths in its own way: GNU ld as they are, LLD and
 * mold as Make reads them, Apple's format between an opcode and a NUL.
 *
 * Source: ld/ldmain.c `write_dependency_file`; lld/ELF/Driver.cpp `writeDependencyFile`; lld/MachO/Driver.cpp
 * `DependencyTracker`; mold src/output-file.cc `write_dependency_file`.
 *
 * @throws OutputError, or what the file system says
 */
export function nameOriginals(files: readonly string[], replaced: readonly Replaced[]): void {
  for (const path of new Set(files)) {
    if (!isFile(path)) continue;
    // Every byte of the file is a character of Latin-1.
    const text = readFileSync(path).toString('latin1');
    const changed = replaced.reduce(nameOriginal, text);
    if (changed === text) continue;
    writeFileWhole(path, [{ kind: 'bytes', bytes: Buffer.from(changed, 'latin1') }], null);
  }
}

const SPELLINGS: readonly ((path: string) => string)[] = [(path) => path, makeSpelling];

const nameOriginal = (text: string, [trimmed, original]: Replaced): string =>
  SPELLINGS.reduce(
    (changed, spelled) => changed.replaceAll(bytesOf(spelled(trimmed)), () => bytesOf(spelled(original))),
    text,
  );

const bytesOf = (path: string): string => Buffer.from(path, 'utf8').toString('latin1');
