import type { StoredArchive } from '../../archive/archive.js';
import { type MemberReader, readArchiveWith } from '../../archive/read-archive.js';
import type { ByteSource } from '../../bytes/byte-source.js';
import { HIDDEN, isDefined } from '../../symbols/flags.js';
import { readContent } from '../../symbols/formats.js';
import type { LibraryTarget, MemberContent, ObjectContent } from '../../symbols/object-format.js';
import { readSharedLibrary } from '../../symbols/shared-libraries.js';
import type { MemberId, SymbolSink, SymbolTableBuilder } from '../../symbols/table.js';
import type { InputFile } from './input-file.js';
import type { Purpose } from './inputs.js';
import type { InterfaceRecorder } from './object-interface.js';

/** How a file is read, and where its symbols go. */
export interface Reading {
  readonly member: MemberId;
  readonly builder: SymbolTableBuilder;
  readonly purpose: Purpose;
  readonly target: () => LibraryTarget | null;
  readonly recorder: InterfaceRecorder | null;
}

/**
 * Reads a file that is not an archive. Returns also the bytes that later steps are to read.
 * @throws MalformedError
 */
export function readFileAlone(
  { source, slice }: InputFile,
  { member, builder, purpose, target, recorder }: Reading,
): { readonly content: MemberContent; readonly source: ByteSource } {
  const library = purpose === 'link' ? readSharedLibrary(source, builder, target) : null;
  if (library !== null) return { content: library, source };
  const readAs = (out?: SymbolSink) => readMember(source, builder, purpose, out);
  // Nothing is recorded for a slice, since its file has further slices.
  if (recorder === null || slice !== undefined) return { content: readAs(), source };
  return recorder.record(member, source, builder, readAs);
}

/** Marks definitions as hidden. */
export const hiding = (out: SymbolSink): SymbolSink => ({
  intern: (...name) => out.intern(...name),
  group: (...group) => out.group(...group),
  symbol: (name, flags, ...rest) => out.symbol(name, isDefined(flags) ? flags | HIDDEN : flags, ...rest),
});

/**
 * Reads an object into the member that was begun last. A link does not read bitcode.
 * @param out gets the symbols, which it may change on their way into the table
 * @throws MalformedError
 */
export function readMember(
  source: ByteSource,
  builder: SymbolTableBuilder,
  purpose: Purpose,
  out: SymbolSink = builder,
): ObjectContent {
  const content = readContent(source, out);
  const isBitcode = content.kind === 'object' && content.info.format === 'bitcode';
  if (content.kind === 'object' && !(isBitcode && purpose === 'link')) return content;
  builder.abandonMember();
  if (!isBitcode) return content;
  return {
    kind: 'unreadable',
    problem: "LLVM bitcode: the linker's LTO decides what it refers to",
  };
}

/**
 * Reads an archive and the members that are in it.
 * @throws the archive's error, if it has any, and otherwise the first one of a member
 */
export function readWithMembers(source: ByteSource, { read, readOn }: MemberReader): StoredArchive {
  let isRead = false;
  const errors: unknown[] = [];
  const stored = readArchiveWith(source, {
    read: (member) => {
      isRead = true;
      if (errors.length > 0) return;
      try {
        read(member);
      } catch (error) {
        errors.push(error);
      }
    },
    readOn: (position, names, members) => {
      isRead = true;
      return errors.length > 0 ? position : (readOn?.(position, names, members) ?? position);
    },
  });
  if (errors.length > 0) throw errors[0];
  if (!stored.isThin && !isRead) for (const member of stored.members) read(member);
  return stored;
}
