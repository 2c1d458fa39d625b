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

/** Members at their new places. */
export interface PlacedMembers {
  readonly pieces: readonly Piece[];
  /** New header offset by the member's ordinal in the source, in bytes; −1 for members that are dropped. */
  readonly headerOffsets: Float64Array;
  /** Header offset of the last member, or 0. */
  readonly lastHeaderOffset: number;
}

/**
 * Puts kept members one behind the other. Headers and contents are copied as they are, but for what must follow
 * the new place: the offset of a long name, and the padding of an inline name, which aligns the content.
 *
 * @param moved new offsets in the long-name table by old ones
 * @param start position of the first header
 */
export function placeMembers(
  archive: StoredArchive,
  kept: readonly StoredMember[],
  moved: ReadonlyMap<number, number>,
  start: number,
): PlacedMembers {
  const out = new PieceList();
  const headerOffsets = new Float64Array(archive.members.length).fill(-1);
  const padsLikeApple = kept.length > 0 && isPaddedLikeApple(archive);
  let lastHeaderOffset = 0;
  for (const member of kept) {
    lastHeaderOffset = start + out.size;
    headerOffsets[member.ordinal] = lastHeaderOffset;
    placeMember(archive, member, moved, lastHeaderOffset, padsLikeApple, out);
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

/** Where the next header may stand, or the end of the file if a last pad byte is left out there. */
function endOf({ isThin, source }: StoredArchive, { dataOffset, size }: StoredMember): number {
  const end = isThin ? dataOffset : dataOffset + size;
  return Math.min(end + (end % 2), source.size);
}

/** Only what its tool aligned is aligned again: FreeBSD's ar, for one, does not. */
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
 * Bytes for an inline name, with NUL padding such that what follows it is 8-aligned. LLVM takes as few as will do,
 * Apple rounds the name up to 8 and adds 4 (cctools libstuff/breakout.c), which comes to the same alignment.
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
