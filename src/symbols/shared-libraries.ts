import type { ByteSource } from '../bytes/byte-source.js';
import { elfShared } from './elf-shared.js';
import type { MemberContent, SharedLibraryFormat } from './object-format.js';
import type { SymbolSink } from './symbol-table.js';

/** Every kind of shared library that is read where it stands on a line. */
const sharedLibraryFormats: readonly SharedLibraryFormat[] = [elfShared];

/** As many of a file's first bytes as it takes to tell. */
const HEAD = 64;

/** @returns null for anything but a shared library of a kind that we read @throws MalformedError */
export function readSharedLibrary(file: ByteSource, out: SymbolSink): MemberContent | null {
  const head = file.viewUpTo(0, HEAD, 'first bytes').bytes;
  const format = sharedLibraryFormats.find((known) => known.matches(head));
  return format === undefined ? null : { kind: 'shared-library', info: format.read(file, out) };
}
