import type { ArchiveKind, StoredArchive } from '../../archive/archive.js';
import type { ByteSource } from '../../bytes/byte-source.js';
import type { ObjectImage } from '../../symbols/image/object-image.js';
import type { MemberContent, ObjectFormatId, ObjectInfo } from '../../symbols/object-format.js';
import type { MemberId, SymbolTable } from '../../symbols/table.js';
import type { SourceSlice } from './input-file.js';

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
  /**
   * A script or another file names the archive, so that a replacement cannot be named on the line: it stays unchanged.
   */
  readonly isFixed: boolean;
  /** The pattern of a linker script or an order file that matches the archive's path, so that it stays unchanged. */
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
  /** The image of a member in link notation; absent if the image is read from the bytes. */
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

/** Properties that all files of one link share. */
export type LinkInfo = Pick<ObjectInfo, 'format' | 'machine' | 'bits' | 'littleEndian'>;

export const linkFormat = ({ format }: LinkInfo): ObjectFormatId =>
  format === 'coff-import' ? 'coff' : format;

export const linkKind = (info: LinkInfo): string =>
  `${linkFormat(info)} ${info.machine} (${info.bits} bits, ${info.littleEndian ? 'little' : 'big'} endian)`;

/** Whether two infos have the same `linkKind`: without its text, since each member of a link is compared. */
export const isSameKind = (one: LinkInfo, other: LinkInfo): boolean =>
  linkFormat(one) === linkFormat(other) &&
  one.machine === other.machine &&
  one.bits === other.bits &&
  one.littleEndian === other.littleEndian;
