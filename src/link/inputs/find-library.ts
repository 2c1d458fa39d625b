import { isAbsolute } from 'node:path';
import { isFile, isFolder } from '../command/file-kind.js';
import { joinPath } from '../command/join-path.js';
import type { LineInput, ParsedLine } from '../command/parsed-line.js';
import { findProfile } from '../linkers/find-profile.js';
import type { LinkerId } from '../linkers/linker-profile.js';

/** Those of the files that folders have, folder by folder. */
const allIn = (folders: readonly string[], files: readonly string[]): string[] =>
  folders.flatMap((folder) => files.map((file) => joinPath(folder, file))).filter(isFile);

/** The first of the files that a folder has, folder by folder. */
export const firstIn = (folders: readonly string[], files: readonly string[]): string | null =>
  folders.flatMap((folder) => files.map((file) => joinPath(folder, file))).find(isFile) ?? null;

/** The line without missing folders, so that they are checked once and not for each library. */
export const withoutMissingFolders = (parsed: ParsedLine): ParsedLine => ({
  ...parsed,
  // A folder below the sysroot may not exist under its own path.
  libraryFolders: parsed.libraryFolders.filter(
    (folder) =>
      folder === '' || isFolder(folder) || (parsed.apple.systemRoots.length > 0 && isAbsolute(folder)),
  ),
});

/**
 * Where -lfoo is: in the first -L folder that has one of the files of that name; -l:name is that very name. Folders
 * that a linker or driver searches by default are not searched, since only that program knows them.
 */
export const findLibrary = (input: Pick<LineInput, 'text' | 'isStatic'>, parsed: ParsedLine): string | null =>
  findLibraries(input, parsed)[0] ?? null;

/** All libraries of a name in search order: linkers may skip one for another machine. */
export function findLibraries(
  { text, isStatic }: Pick<LineInput, 'text' | 'isStatic'>,
  parsed: ParsedLine,
): string[] {
  const folders = parsed.libraryFolders
    .flatMap((folder) => rerooted(folder, parsed))
    .concat(systemFolders(parsed, LIBRARY_FOLDERS));
  return fileNames(text, isStatic, parsed).flatMap((files) => allIn(folders, files));
}

/** Files that a library may be, the best first: those of a list in one folder before any in the next. */
function fileNames(
  name: string,
  isStatic: boolean,
  { linker, apple }: Pick<ParsedLine, 'linker' | 'apple'>,
): (readonly string[])[] {
  if (name.startsWith(':')) return [[name.slice(1)]];
  if (linker === 'mingw-ld') return [mingwFiles(name, isStatic)];
  const shared = isStatic ? [] : sharedFiles(name, linker);
  const archives = [`lib${name}.a`];
  return apple.searchesSharedFirst ? [shared, archives] : [[...shared, ...archives]];
}

/** Source: ld/emultempl/pe.em `gld_${EMULATION_NAME}_open_dynamic_archive`, without the DLLs, which are not read. */
const mingwFiles = (name: string, isStatic: boolean): string[] => [
  ...(isStatic ? [] : [`lib${name}.dll.a`, `${name}.dll.a`]),
  `lib${name}.a`,
  ...(isStatic ? [] : [`lib${name}.lib`, `${name}.lib`]),
];

const isApple = (linker: LinkerId | null): boolean =>
  linker !== null && findProfile(linker)?.format === 'macho';

/** If the linker is unknown, the files in the folder decide. */
const sharedFiles = (name: string, linker: LinkerId | null): string[] => [
  ...(linker === null || !isApple(linker) ? [`lib${name}.so`] : []),
  ...(linker === null || isApple(linker) ? [`lib${name}.tbd`, `lib${name}.dylib`] : []),
];

const LIBRARY_FOLDERS = ['/usr/lib', '/usr/local/lib'];
const FRAMEWORK_FOLDERS = ['/Library/Frameworks', '/System/Library/Frameworks'];

/** The system's own folders, which matter only on a line with -syslibroot. */
const systemFolders = ({ apple }: Pick<ParsedLine, 'apple'>, folders: readonly string[]): string[] =>
  folders.flatMap((folder) => apple.systemRoots.map((root) => joinPath(root, folder)));

/** An absolute folder within each -syslibroot that has it; otherwise the folder itself. */
function rerooted(folder: string, { apple }: Pick<ParsedLine, 'apple'>): string[] {
  const found = isAbsolute(folder)
    ? apple.systemRoots.map((root) => joinPath(root, folder)).filter(isFolder)
    : [];
  return found.length > 0 ? found : [folder];
}

/**
 * Path of -framework Foo: Foo.framework/Foo, or the text stub next to it, in the first -F folder that has one. A static
 * framework is an archive.
 *
 * Source: ld64 src/ld/Options.cpp `findFramework`; lld/MachO/Driver.cpp `findFramework`.
 */
export function findFramework(text: string, parsed: ParsedLine): string | null {
  const [name] = text.split(',');
  const folders = [
    ...parsed.apple.frameworkFolders.flatMap((folder) => rerooted(folder, parsed)),
    ...systemFolders(parsed, FRAMEWORK_FOLDERS),
  ];
  return firstIn(folders, [
    joinPath(`${name}.framework`, `${name}.tbd`),
    joinPath(`${name}.framework`, name),
  ]);
}
