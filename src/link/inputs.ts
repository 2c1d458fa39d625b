import type { ArchiveKind, StoredArchive } from '../archive/archive.js';
import { isArchive, readArchive } from '../archive/read-archive.js';
import type { ByteSource } from '../bytes/byte-source.js';
import { readContent } from '../symbols/formats.js';
import type { MemberContent, ObjectFormatId } from '../symbols/object-format.js';
import { type MemberId, NONE, type SymbolTable, SymbolTableBuilder } from '../symbols/symbol-table.js';

/** Row of `Inputs.archives`. */
export type ArchiveId = number;

/** An archive of the link, read once however often the line names it. */
export interface Archive {
  readonly id: ArchiveId;
  readonly path: string;
  readonly kind: ArchiveKind;
  readonly stored: StoredArchive;
  /** Its members are `firstMember` up to `firstMember + stored.members.length`. */
  readonly firstMember: MemberId;
  /** The stored index: names and the members they are said to be defined in (NONE: no such member). */
  readonly index: { readonly name: Int32Array; readonly member: Int32Array } | null;
}

/** An object file: in an archive, or on its own. */
export interface Member {
  readonly id: MemberId;
  /** NONE for an object that stands on the line itself. */
  readonly archive: ArchiveId;
  /** As stored, or the path of an object on its own. */
  readonly name: string;
  readonly ordinal: number;
  readonly size: number;
  /** Its bytes; in an archive without header and inline name. */
  readonly source: ByteSource;
}

/** All files of a link, read: what every later step works on. Order of archives and members is that of the line. */
export interface Inputs {
  readonly archives: readonly Archive[];
  readonly members: readonly Member[];
  /** By MemberId. */
  readonly contents: readonly MemberContent[];
  readonly symbols: SymbolTable;
  /** The one format that all objects have; null when there is no object at all. */
  readonly format: ObjectFormatId | null;
}

/** A file as the reader is handed it. `key` is equal for two paths of one file. */
export interface InputFile {
  readonly path: string;
  readonly key: string;
  readonly source: ByteSource;
  /** Opens the file that a thin archive's member names, relative to the archive. */
  readonly openSibling?: (relativePath: string) => ByteSource;
}

/** Where a file of the line ended up. */
export type InputPlace =
  | { readonly kind: 'archive'; readonly archive: ArchiveId }
  | { readonly kind: 'object'; readonly member: MemberId };

/** Inputs do not fit together: other formats or machines than the rest. */
export class MixedInputsError extends Error {
  override readonly name = 'MixedInputsError';
}

/**
 * Reads archives and objects into one symbol table.
 * @param files in line order; repeats (by key) are read once
 * @returns the inputs, and for each file where it is found in them
 * @throws MalformedError on a broken container or object, with file, member and offset
 * @throws MixedInputsError when objects are of different formats or machines
 */
export function readInputs(files: readonly InputFile[]): { inputs: Inputs; places: InputPlace[] } {
  const builder = new SymbolTableBuilder();
  const archives: Archive[] = [];
  const members: Member[] = [];
  const contents: MemberContent[] = [];
  const known = new Map<string, InputPlace>();
  const addMember = (member: Omit<Member, 'id'>) => {
    members.push({ id: builder.beginMember(), ...member });
    contents.push(readMember(member.source, builder));
  };
  const addArchive = (file: InputFile): InputPlace => {
    const stored = readArchive(file.source);
    const id = archives.length;
    const firstMember = members.length;
    for (const member of stored.members) {
      const label = `${file.path}(${member.name})`;
      const source = stored.isThin
        ? openThinMember(file, member.name, member.size)
        : file.source.slice(member.dataOffset, member.size, label);
      addMember({ archive: id, name: member.name, ordinal: member.ordinal, size: member.size, source });
    }
    archives.push({
      id,
      path: file.path,
      kind: stored.kind,
      stored,
      firstMember,
      index: internIndex(stored, firstMember, builder),
    });
    return { kind: 'archive', archive: id };
  };
  const add = (file: InputFile): InputPlace => {
    if (isArchive(file.source.viewUpTo(0, 8, 'file magic').bytes)) return addArchive(file);
    const member = members.length;
    addMember({ archive: NONE, name: file.path, ordinal: 0, size: file.source.size, source: file.source });
    return { kind: 'object', member };
  };
  const places = files.map((file) => {
    const place = known.get(file.key) ?? add(file);
    known.set(file.key, place);
    return place;
  });
  const inputs = {
    archives,
    members,
    contents,
    symbols: builder.finish(),
    format: formatOf(members, contents),
  };
  return { inputs, places };
}

function readMember(source: ByteSource, builder: SymbolTableBuilder): MemberContent {
  const content = readContent(source, builder);
  if (content.kind !== 'object') builder.abandonMember();
  return content;
}

function openThinMember(file: InputFile, relativePath: string, size: number): ByteSource {
  if (!file.openSibling)
    throw file.source.error(0, `thin archive: member '${relativePath}' cannot be opened from here`);
  const source = file.openSibling(relativePath);
  if (source.size !== size)
    throw source.error(0, `the thin archive ${file.path} says ${size} bytes, the file has ${source.size}`);
  return source;
}

function internIndex(
  stored: StoredArchive,
  firstMember: MemberId,
  builder: SymbolTableBuilder,
): Archive['index'] {
  if (!stored.index) return null;
  const { length, names, nameStart, nameEnd, ordinal } = stored.index;
  const name = new Int32Array(length);
  const member = new Int32Array(length);
  for (let entry = 0; entry < length; entry++) {
    name[entry] = builder.intern(names, nameStart[entry], nameEnd[entry]);
    member[entry] = ordinal[entry] < 0 ? NONE : firstMember + ordinal[entry];
  }
  return { name, member };
}

function formatOf(members: readonly Member[], contents: readonly MemberContent[]): ObjectFormatId | null {
  let first: MemberId = NONE;
  for (const { id } of members) {
    const content = contents[id];
    if (content.kind !== 'object') continue;
    if (first === NONE) first = id;
    const seen = contents[first];
    if (seen.kind !== 'object') continue;
    if (
      seen.info.format !== content.info.format ||
      seen.info.machine !== content.info.machine ||
      seen.info.bits !== content.info.bits ||
      seen.info.littleEndian !== content.info.littleEndian
    )
      throw new MixedInputsError(
        `${members[id].source.label} is ${describe(content.info)}, but ${members[first].source.label} is ${describe(seen.info)}: one link has objects of one machine`,
      );
  }
  const content = first === NONE ? null : contents[first];
  return content?.kind === 'object' ? content.info.format : null;
}

function describe(info: { format: string; machine: string; bits: number; littleEndian: boolean }): string {
  return `${info.format} ${info.machine} (${info.bits} bits, ${info.littleEndian ? 'little' : 'big'} endian)`;
}
