import type { ParsedLine } from '../command/parsed-line.js';
import { firstIn } from './find-library.js';

/**
 * Finds `/defaultlib:x` as x.lib, in the working folder or a library folder of the command, unless `/nodefaultlib`
 * excludes it. The environment variable LIB is not read, since a plan must not depend on it.
 *
 * @returns null if no folder has it
 */
export function findDefaultLibrary(name: string, parsed: ParsedLine): string | null {
  if (isWithoutDefaultLibrary(name, parsed)) return null;
  return firstIn(['', ...parsed.libraryFolders], [defaultLibraryFile(name)]);
}

/** Whether `/nodefaultlib` excludes this library, or all of them. Case does not count. */
export const isWithoutDefaultLibrary = (
  name: string,
  { microsoft: { withoutDefaultLibraries: without } }: Pick<ParsedLine, 'microsoft'>,
): boolean =>
  without === 'all' ||
  without.some((other) => defaultLibraryFile(other).toLowerCase() === defaultLibraryFile(name).toLowerCase());

/** The file name of a default library: `.lib` is appended if it has no extension. */
export const defaultLibraryFile = (name: string): string => (name.includes('.') ? name : `${name}.lib`);
