import type { StoredArchive, StoredMember } from './archive.js';
import {
  HEADER_SIZE,
  latin1Bytes,
  NAME_FIELD_SIZE,
  nameField,
  SIZE_FIELD_OFFSET,
  sizeField,
} from './member-header.js';
import { type Piece, PieceList } from './piece.js';
import { alignTo } from './write-index.js';

/** By ordinal: what a member holds instead of its stored content. */
export type ReplacedContents = ReadonlyMap<number, Uint8Array>;

const NOTHING_REPLACED: ReplacedContents = new Map();

/** Members at their new places. */
export interface PlacedMembers {
  readonly pieces: readonly Piece[];
  /** New header offset by the member's ordinal in the source, in bytes; −1 for members that are dropped. */
  readonly headerOffsets: Float64Array;
  /** Header offset of the last member, or 0. */
  readonly lastHeaderOffset: number;
}

/**
 * Lays out kept members one after the other. Headers and contents are copied unchanged, except for the offset of a long
 * name and the padding of an inline name, which aligns the content.
 *
 * @param moved new offsets in the long-name table by old ones
 * @param start position of the first header
 * @param contents instead of stored ones; not for thin archives
 */
export function placeMembers(
  archive: StoredArchive,
  kept: readonly StoredMember[],
  moved: ReadonlyMap<number, number>,
  start: number,
  contents: ReplacedContents = NOTHING_REPLACED,
): PlacedMembers {
  const out = new PieceList();
  const headerOffsets = new Float64Array(archive.members.length).fill(-1);
  const padsLikeApple = kept.length > 0 && isPaddedLikeApple(archive);
  let lastHeaderOffset = 0;
  for (const member of kept) {
    lastHeaderOffset = start + out.size;
    headerOffsets[member.ordinal] = lastHeaderOffset;
    const content = contents.get(member.ordinal);
    if (content === undefined) placeMember(archive, member, moved, lastHeaderOffset, padsLikeApple, out);
    else placeReplaced(archive, member, moved, lastHeaderOffset, padsLikeApple, content, out);
  }
  return { pieces: out.finish(), headerOffsets, lastHeaderOffset };
}

function placeMember(
  archive: StoredArchive,
  member: StoredMember,
  moved: ReadonlyMap<number, number>,
  position: number,
  padsLikeApple: boolean,
  out: PieceList,
): void {
  const end = endOf(archive, member);
  const { headerOffset } = member;
  const newName = moved.get(member.nameOffset);
  if (newName !== undefined && newName !== member.nameOffset) {
    out.bytes(nameField(`/${newName}${member.nameSuffix}`));
    out.copy(headerOffset + NAME_FIELD_SIZE, end - headerOffset - NAME_FIELD_SIZE);
  } else if (losesAlignment(member, position)) {
    repadName(member, position, padsLikeApple, end, out);
  } else {
    out.copy(headerOffset, end - headerOffset);
  }
}

/** The header with another size, an inline name that aligns what follows it, and the new content. */
function placeReplaced(
  { kind }: StoredArchive,
  { name, headerOffset, dataOffset, nameOffset, nameSuffix }: StoredMember,
  moved: ReadonlyMap<number, number>,
  position: number,
  padsLikeApple: boolean,
  content: Uint8Array,
  out: PieceList,
): void {
  const inline = dataOffset - headerOffset - HEADER_SIZE;
  const wasAligned = inline > 0 && dataOffset % 8 === 0;
  const nameSize = wasAligned ? inlineNameSize(latin1Bytes(name).length, position, padsLikeApple) : inline;
  // Darwin's sizes include the padding to eight bytes.
  const isDarwin = kind === 'darwin' || kind === 'darwin64';
  const padded = isDarwin ? alignTo(content.length, 8) : content.length;
  const newName = moved.get(nameOffset);
  if (inline > 0) out.bytes(nameField(`#1/${nameSize}`));
  else if (newName !== undefined) out.bytes(nameField(`/${newName}${nameSuffix}`));
  else out.copy(headerOffset, NAME_FIELD_SIZE);
  out.copy(headerOffset + NAME_FIELD_SIZE, SIZE_FIELD_OFFSET - NAME_FIELD_SIZE);
  out.bytes(sizeField(nameSize + padded));
  out.copy(headerOffset + HEADER_SIZE - 2, 2);
  if (wasAligned) {
    const text = new Uint8Array(nameSize);
    text.set(latin1Bytes(name));
    out.bytes(text);
  } else out.copy(headerOffset + HEADER_SIZE, inline);
  out.bytes(content);
  out.bytes(new Uint8Array(padded - content.length + (padded % 2)).fill(PADDING));
}

export const PADDING = 0x0a;

/** Where the next header may be, or the end of the file if a last pad byte is left out there. */
function endOf({ isThin, source }: StoredArchive, { dataOffset, size }: StoredMember): number {
  const end = isThin ? dataOffset : dataOffset + size;
  return Math.min(end + (end % 2), source.size);
}

/** Content is aligned only if the archive's tool aligned it; FreeBSD's ar, for example, does not. */
function losesAlignment({ headerOffset, dataOffset }: StoredMember, position: number): boolean {
  const hasInlineName = dataOffset > headerOffset + HEADER_SIZE;
  return hasInlineName && dataOffset % 8 === 0 && (position - headerOffset) % 8 !== 0;
}

function repadName(
  member: StoredMember,
  position: number,
  padsLikeApple: boolean,
  end: number,
  out: PieceList,
): void {
  const { headerOffset, dataOffset, size } = member;
  const name = latin1Bytes(member.name);
  const padded = new Uint8Array(inlineNameSize(name.length, position, padsLikeApple));
  padded.set(name);
  out.bytes(nameField(`#1/${padded.length}`));
  out.copy(headerOffset + NAME_FIELD_SIZE, SIZE_FIELD_OFFSET - NAME_FIELD_SIZE);
  out.bytes(sizeField(padded.length + size));
  out.copy(headerOffset + HEADER_SIZE - 2, 2);
  out.bytes(padded);
  out.copy(dataOffset, end - dataOffset);
}

/**
 * Bytes for an inline name, with NUL padding that aligns the content to 8. LLVM uses the least padding, Apple rounds
 * the name up to 8 and adds 4 (cctools libstuff/breakout.c), which has the same alignment.
 *
 * @param position of the header that the name follows
 */
export function inlineNameSize(length: number, position: number, padsLikeApple: boolean): number {
  const least = padsLikeApple ? alignTo(length, 8) + 4 : length;
  const start = position + HEADER_SIZE;
  return alignTo(start + least, 8) - start;
}

/** LLVM never pads a name with more than 7 bytes; Apple does so for short ones. */
export function isPaddedLikeApple(archive: StoredArchive): boolean {
  return [...archive.tables, ...archive.members].some(
    ({ name, headerOffset, dataOffset }) => dataOffset - headerOffset - HEADER_SIZE - name.length > 7,
  );
}
