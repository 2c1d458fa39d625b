import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { LineInput, ParsedLine } from './parse-line.js';

/** The first of the files that a folder has, folder by folder. */
export const firstIn = (folders: readonly string[], files: readonly string[]): string | null =>
  folders
    .flatMap((folder) => files.map((file) => join(folder, file)))
    .find((path) => statSync(path, { throwIfNoEntry: false })?.isFile()) ?? null;

/**
 * Where -lfoo is: in the first -L folder that has one of the files of that name; -l:name is that very name. Folders that
 * a linker or driver searches unasked are not looked at: which they are is known to that program alone.
 */
export function findLibrary(
  { text, isStatic }: Pick<LineInput, 'text' | 'isStatic'>,
  { libraryFolders, linker }: Pick<ParsedLine, 'libraryFolders' | 'linker'>,
): string | null {
  const files = text.startsWith(':')
    ? [text.slice(1)]
    : linker === 'mingw-ld'
      ? mingwFiles(text, isStatic)
      : [...(isStatic ? [] : [`lib${text}.so`]), `lib${text}.a`];
  return firstIn(libraryFolders, files);
}

/** Source: ld/emultempl/pe.em `gld_${EMULATION_NAME}_open_dynamic_archive`, without the DLLs, which are not read. */
const mingwFiles = (name: string, isStatic: boolean): string[] => [
  ...(isStatic ? [] : [`lib${name}.dll.a`, `${name}.dll.a`]),
  `lib${name}.a`,
  ...(isStatic ? [] : [`lib${name}.lib`, `${name}.lib`]),
];
