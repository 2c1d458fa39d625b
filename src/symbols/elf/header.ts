import type { ByteSource } from '../../bytes/byte-source.js';
import {
  ELFCLASS32,
  ELFCLASS64,
  ELFDATA2LSB,
  ELFDATA2MSB,
  ET_CORE,
  ET_DYN,
  ET_EXEC,
  ET_REL,
} from '../../core/elf/constants.js';
import { UnreadableError } from '../object-format.js';

/** Fields of the ELF header; counts that do not fit in it are in section 0. */
export interface ElfHeader {
  /** e_type. */
  readonly type: number;
  readonly bits: 32 | 64;
  readonly littleEndian: boolean;
  readonly machine: number;
  /** e_flags: what the code is for, as its processor supplement numbers it. */
  readonly flags: number;
  readonly sectionsOffset: number;
  /** e_shnum: 0 if there are no sections, or if the count is in section 0. */
  readonly sectionCount: number;
  /** e_shstrndx: SHN_XINDEX when the true index is in section 0. */
  readonly sectionNames: number;
}

/** Size of a section header. */
export const entryBytes = (header: ElfHeader): number => (header.bits === 64 ? 64 : 40);

/**
 * The header of an ELF file (gABI, chapter 4).
 *
 *                 machine  shoff  shentsize  shnum  shstrndx
 *     ELF32  52        18     32         46     48        50
 *     ELF64  64        18     40         58     60        62
 *
 * @throws MalformedError
 */
export function readElfHeader(object: ByteSource): ElfHeader {
  const ident = object.view(0, 6, 'ELF identification');
  const elfClass = ident.u8(4);
  const encoding = ident.u8(5);
  if (elfClass !== ELFCLASS32 && elfClass !== ELFCLASS64) throw ident.error(4, `unknown class ${elfClass}`);
  if (encoding !== ELFDATA2LSB && encoding !== ELFDATA2MSB)
    throw ident.error(5, `unknown data encoding ${encoding}`);
  const is64 = elfClass === ELFCLASS64;
  const view = object.view(0, is64 ? 64 : 52, 'ELF header', encoding === ELFDATA2LSB);
  const header: ElfHeader = {
    type: view.u16(16),
    bits: is64 ? 64 : 32,
    littleEndian: encoding === ELFDATA2LSB,
    machine: view.u16(18),
    flags: view.u32(is64 ? 48 : 36),
    sectionsOffset: is64 ? view.u64(40) : view.u32(32),
    sectionCount: view.u16(is64 ? 60 : 48),
    sectionNames: view.u16(is64 ? 62 : 50),
  };
  const entrySize = view.u16(is64 ? 58 : 46);
  if (header.sectionsOffset !== 0 && entrySize !== entryBytes(header)) {
    throw view.error(is64 ? 58 : 46, `section headers of ${entrySize} bytes each`);
  }
  return header;
}

/** @throws UnreadableError for ELF files other than relocatable objects */
export function refuseOtherThanObjects({ type }: ElfHeader): void {
  if (type === ET_REL) return;
  if (type === ET_DYN) throw new UnreadableError('a shared library, not an object');
  if (type === ET_EXEC) throw new UnreadableError('an executable, not an object');
  if (type === ET_CORE) throw new UnreadableError('a core dump, not an object');
  throw new UnreadableError(`an ELF file of type ${type}, not an object`);
}
