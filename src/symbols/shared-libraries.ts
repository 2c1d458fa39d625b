import type { ByteSource } from '../bytes/byte-source.js';
import { elfShared } from './elf/shared.js';
import { machoShared } from './macho/shared.js';
import { machoStub } from './macho/stub/stub-format.js';
import type { LibraryTarget, MemberContent, SharedLibraryFormat } from './object-format.js';
import type { SymbolSink } from './table.js';

/** Readers of all kinds of shared libraries. */
const sharedLibraryFormats: readonly SharedLibraryFormat[] = [elfShared, machoShared, machoStub];

/** As many of a file's first bytes as it takes to tell. */
const HEAD = 64;

/** Whether a file, or a slice of one, is a shared library of a kind that we read. */
export const isSharedLibrary = (file: ByteSource): boolean => formatOf(file) !== undefined;

/**
 * @param target called only for libraries that serve several targets
 * @returns null if the file is not a shared library of a supported kind
 * @throws MalformedError
 */
export function readSharedLibrary(
  file: ByteSource,
  out: SymbolSink,
  target: () => LibraryTarget | null = () => null,
): MemberContent | null {
  const format = formatOf(file);
  if (format === undefined) return null;
  const info = format.read(file, out, format === machoStub ? target() : null);
  return info === null ? null : { kind: 'shared-library', info };
}

function formatOf(file: ByteSource): SharedLibraryFormat | undefined {
  const head = file.viewUpTo(0, HEAD, 'first bytes').bytes;
  return sharedLibraryFormats.find((known) => known.matches(head));
}
