import type { ArchiveKind, StoredArchive, SymbolIndex } from '../../archive/archive.js';
import { isArchive, readArchive } from '../../archive/read-archive.js';
import type { ByteSource } from '../../bytes/byte-source.js';
import { HIDDEN, isDefined } from '../../symbols/flags.js';
import { readContent } from '../../symbols/formats.js';
import type { ObjectImage } from '../../symbols/image/object-image.js';
import type { NameTable } from '../../symbols/names.js';
import type {
  LibraryTarget,
  MemberContent,
  ObjectContent,
  ObjectFormatId,
  ObjectInfo,
} from '../../symbols/object-format.js';
import { readSharedLibrary } from '../../symbols/shared-libraries.js';
import {
  type MemberId,
  NONE,
  type SymbolSink,
  type SymbolTable,
  SymbolTableBuilder,
} from '../../symbols/table.js';
import type { InputFile, SourceSlice } from './input-file.js';
import type { InterfaceRecorder } from './object-interface.js';

/** Row of `Inputs.archives`. */
export type ArchiveId = number;

/** An archive of the link, read once however often the line names it. */
export interface Archive {
  readonly id: ArchiveId;
  readonly path: string;
  readonly kind: ArchiveKind;
  readonly stored: StoredArchive;
  /** Set when it is a slice of a universal file, whose path then is `path`. */
  readonly slice?: SourceSlice;
  /** Its members are `firstMember` up to `firstMember + stored.members.length`. */
  readonly firstMember: MemberId;
  /** A script or another file names it, and not the line alone: nothing can take its place, so it stays as it is. */
  readonly isFixed: boolean;
  /** The pattern of a linker script or an order file that knows it by its path, and so fixes it. */
  readonly namedBy?: string;
  /**
   * The stored index: names, and the members that it lists for them (NONE for an offset without a member). Interned on
   * first access, since some linkers, and so some plans, never use it.
   */
  readonly index: { readonly name: Int32Array; readonly member: Int32Array } | null;
}

/** An object file: in an archive, or on its own. Or a shared library, which is on its own. */
export interface Member {
  readonly id: MemberId;
  /** NONE for an object on the line itself. */
  readonly archive: ArchiveId;
  /** As stored, or the path of an object on its own. */
  readonly name: string;
  readonly ordinal: number;
  readonly size: number;
  /** Its bytes; in an archive without header and inline name. */
  readonly source: ByteSource;
  /** Where it is not read from the bytes: of the notation. */
  readonly image?: () => ObjectImage;
}

/** All files of a link, read: what every later step works on. Order of archives and members is that of the line. */
export interface Inputs {
  readonly archives: readonly Archive[];
  readonly members: readonly Member[];
  /** By MemberId. */
  readonly contents: readonly MemberContent[];
  readonly symbols: SymbolTable;
  /** The one format that all objects have; null without objects. */
  readonly format: ObjectFormatId | null;
}

/** Where a file of the line ended up. */
export type InputPlace =
  | { readonly kind: 'archive'; readonly archive: ArchiveId }
  | { readonly kind: 'object'; readonly member: MemberId }
  | { readonly kind: 'shared-library'; readonly member: MemberId };

/** Inputs do not fit together: other formats or machines than the rest. */
export class MixedInputsError extends Error {
  override readonly name = 'MixedInputsError';
}

/**
 * Purpose of reading inputs. `link`: all objects must have one format and machine, and the references of LLVM bitcode
 * are unknown, since they depend on the linker's LTO. `inspect`: any mixture is accepted.
 */
export type Purpose = 'link' | 'inspect';

/** Reads files one by one into one symbol table, for lines that grow by linker directives. */
export interface InputsReader {
  /**
   * Reads a file; one that was read already (by key) is where it was.
   * @param isNamed by a word of the line, and by it alone
   * @throws MalformedError on a broken container or object, with file, member and offset
   */
  add(file: InputFile, isNamed?: boolean): InputPlace;
  /** Where a file was put; null for one that was not read. */
  placeOf(file: InputFile): InputPlace | null;
  /** Of the members so far, by MemberId. */
  readonly contents: readonly MemberContent[];
  /** Of a file that is on its own. */
  pathOf(member: MemberId): string;
  /** @throws MixedInputsError when objects are of different formats or machines */
  finish(): Inputs;
}

/**
 * Reads archives and objects into one symbol table.
 * @param files in line order; repeats (by key) are read once
 * @returns the inputs, and for each file where it is found in them
 * @throws MalformedError on a broken container or object, with file, member and offset
 * @throws MixedInputsError when objects are of different formats or machines
 */
export function readInputs(
  files: readonly InputFile[],
  purpose: Purpose = 'link',
): { inputs: Inputs; places: InputPlace[] } {
  const reader = inputsReader(purpose);
  const places = files.map((file) => reader.add(file));
  return { inputs: reader.finish(), places };
}

/**
 * @param target selects the part of libraries that serve several targets
 * @param recorder records which parts of objects outside of archives are read
 */
export function inputsReader(
  purpose: Purpose = 'link',
  target: () => LibraryTarget | null = () => null,
  recorder: InterfaceRecorder | null = null,
): InputsReader {
  const builder = new SymbolTableBuilder();
  const archives: Archive[] = [];
  const members: Member[] = [];
  const contents: MemberContent[] = [];
  const known = new Map<string, InputPlace>();
  const fixed = new Set<ArchiveId>();
  /** Files of thin archives that were read. */
  const siblings = new Map<ByteSource, MemberId>();
  const addSibling = (member: Omit<Member, 'id'>, { source, isHidden }: InputFile) => {
    const known = isHidden ? undefined : siblings.get(member.source);
    if (known === undefined) {
      if (!isHidden) siblings.set(member.source, members.length);
      addMember(member, isHidden);
      return;
    }
    members.push({ id: builder.repeatMember(known), ...member });
    contents.push(contents[known]);
    const { own, repeated } = builder.rows;
    if (repeated > Math.max(FEWEST_REPEATED_ROWS, MOST_REPEATS * own))
      throw source.error(
        0,
        `thin archive: '${member.name}' and other files are named again and again, ${repeated} symbols in all (at most ${MOST_REPEATS} times)`,
      );
  };
  const addMember = (member: Omit<Member, 'id'>, isHidden = false) => {
    members.push({ id: builder.beginMember(), ...member });
    contents.push(readMember(member.source, builder, purpose, isHidden ? hiding(builder) : builder));
  };
  const addAlone = (file: InputFile): InputPlace => {
    const member = builder.beginMember();
    const { path } = file;
    const { source, content } = readAlone(file, { member, builder, purpose, target, recorder });
    members.push({ id: member, archive: NONE, name: path, ordinal: 0, size: source.size, source });
    contents.push(content);
    return { kind: content.kind === 'shared-library' ? 'shared-library' : 'object', member };
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
      const { name, ordinal, size } = member;
      const added = { archive: id, name, ordinal, size, source };
      if (stored.isThin) addSibling(added, file);
      else addMember(added, file.isHidden);
    }
    let index: Archive['index'] | undefined;
    archives.push({
      id,
      path: file.path,
      kind: stored.kind,
      stored,
      ...(file.slice ? { slice: file.slice } : {}),
      firstMember,
      get isFixed() {
        return fixed.has(id);
      },
      get index() {
        index = index === undefined ? internIndex(stored, firstMember, builder.names) : index;
        return index;
      },
    });
    return { kind: 'archive', archive: id };
  };
  const addNew = (file: InputFile): InputPlace => {
    const isOne = isArchive(file.source.viewUpTo(0, 8, 'file magic').bytes);
    return isOne ? addArchive(file) : addAlone(file);
  };
  const add = (file: InputFile, isNamed = true): InputPlace => {
    const place = known.get(file.key) ?? addNew(file);
    known.set(file.key, place);
    if (place.kind === 'archive' && !isNamed) fixed.add(place.archive);
    return place;
  };
  const finish = (): Inputs => ({
    archives,
    members,
    contents,
    symbols: builder.finish(),
    format: formatOf(members, contents, purpose),
  });
  const placeOf = (file: InputFile): InputPlace | null => known.get(file.key) ?? null;
  return { add, placeOf, contents, pathOf: (member) => members[member].name, finish };
}

/**
 * How many symbols may be listed again for files that thin archives name again, and how many times as many as are read:
 * a header of 60 bytes could otherwise take any amount of memory.
 */
const FEWEST_REPEATED_ROWS = 1_000_000;
const MOST_REPEATS = 4;

interface Reading {
  readonly member: MemberId;
  readonly builder: SymbolTableBuilder;
  readonly purpose: Purpose;
  readonly target: () => LibraryTarget | null;
  readonly recorder: InterfaceRecorder | null;
}

/** A file that is not an archive, and what later steps are to read it from. */
function readAlone(
  { source, slice }: InputFile,
  { member, builder, purpose, target, recorder }: Reading,
): { readonly content: MemberContent; readonly source: ByteSource } {
  const library = purpose === 'link' ? readSharedLibrary(source, builder, target) : null;
  if (library !== null) return { content: library, source };
  const readAs = (out?: SymbolSink) => readMember(source, builder, purpose, out);
  // Nothing is recorded of a slice: its file has others.
  if (recorder === null || slice !== undefined) return { content: readAs(), source };
  return recorder.record(member, source, builder, readAs);
}

/** Takes definitions in as hidden ones. */
const hiding = (out: SymbolSink): SymbolSink => ({
  intern: (...name) => out.intern(...name),
  group: (...group) => out.group(...group),
  symbol: (name, flags, ...rest) => out.symbol(name, isDefined(flags) ? flags | HIDDEN : flags, ...rest),
});

function readMember(
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
    problem: 'LLVM bitcode: what it refers to is decided by the LTO of the linker',
  };
}

function openThinMember(file: InputFile, relativePath: string, size: number): ByteSource {
  if (!file.openSibling)
    throw file.source.error(0, `thin archive: member '${relativePath}' cannot be opened from here`);
  const source = file.openSibling(relativePath);
  if (source.size !== size)
    throw source.error(0, `the thin archive ${file.path} says ${size} bytes, the file has ${source.size}`);
  return source;
}

function internIndex(stored: StoredArchive, firstMember: MemberId, names: NameTable): Archive['index'] {
  if (!stored.index) return null;
  const name = internNames(stored.index, stored.source, names);
  const member = stored.index.ordinal.map((ordinal) => (ordinal < 0 ? NONE : firstMember + ordinal));
  return { name, member };
}

function internNames(index: SymbolIndex, source: ByteSource, names: NameTable): Int32Array {
  const { length, namesInRow } = index;
  if (namesInRow) {
    const ids = names.internAll(namesInRow.size, namesInRow.fill, length);
    // The index was checked when the archive was read.
    if (ids === null) throw source.error(0, 'the archive index has changed since it was read');
    return ids;
  }
  const { names: bytes, nameStart, nameEnd } = index;
  const name = new Int32Array(length);
  for (let entry = 0; entry < length; entry++)
    name[entry] = names.intern(bytes, nameStart[entry], nameEnd[entry]);
  return name;
}

/** The format of all objects. COFF objects and the import members among them are one format to a linker. */
function formatOf(
  members: readonly Member[],
  contents: readonly MemberContent[],
  purpose: Purpose,
): ObjectFormatId | null {
  let first: { member: Member; info: LinkInfo } | null = null;
  for (const member of members) {
    const content = contents[member.id];
    if (content.kind !== 'object' && content.kind !== 'shared-library') continue;
    const { info } = content;
    first ??= { member, info };
    if (purpose === 'inspect' || linkKind(info) === linkKind(first.info)) continue;
    throw new MixedInputsError(
      `${member.source.label} is ${linkKind(info)}, but ${first.member.source.label} is ${linkKind(first.info)}: one link has objects of one machine`,
    );
  }
  return first === null ? null : linkFormat(first.info);
}

/** Properties that all files of one link share. */
type LinkInfo = Pick<ObjectInfo, 'format' | 'machine' | 'bits' | 'littleEndian'>;

const linkFormat = ({ format }: LinkInfo): ObjectFormatId => (format === 'coff-import' ? 'coff' : format);

export const linkKind = (info: LinkInfo): string =>
  `${linkFormat(info)} ${info.machine} (${info.bits} bits, ${info.littleEndian ? 'little' : 'big'} endian)`;
