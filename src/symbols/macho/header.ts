import type { ByteSource } from '../../bytes/byte-source.js';
import type { ByteView } from '../../bytes/byte-view.js';
import { UnreadableError } from '../object-format.js';
import {
  CPU_ARCH_ABI64,
  CPU_ARCH_ABI64_32,
  CPU_SUBTYPE_ARM64E,
  CPU_TYPE_ARM,
  CPU_TYPE_MC680X0,
  CPU_TYPE_POWERPC,
  CPU_TYPE_X86,
  MH_MAGIC,
  MH_MAGIC_64,
  MH_OBJECT,
} from './constants.js';

/** The header of a Mach-O file: its architecture, and what kind of file it is. */
export interface MachoHeader {
  readonly bits: 32 | 64;
  readonly littleEndian: boolean;
  readonly machine: string;
  readonly cpuType: number;
  readonly fileType: number;
  readonly flags: number;
  readonly commandCount: number;
  readonly commands: ByteView;
}

/** Filetypes other than MH_OBJECT. */
const OTHER_FILES: Record<number, string> = {
  2: 'an executable',
  3: 'a fixed VM library',
  4: 'a core dump',
  5: 'a preloaded program',
  6: 'a shared library',
  7: 'a dynamic linker',
  8: 'a bundle',
  9: 'a stub of a shared library',
  10: 'a file of debug information',
  11: 'a kernel extension',
  12: 'a set of files',
};

/**
 * The header of an object.
 * @throws UnreadableError for what is not an object
 */
export function readObjectHeader(object: ByteSource): MachoHeader {
  const header = readMachoHeader(object);
  if (header.fileType === MH_OBJECT) return header;
  const what = OTHER_FILES[header.fileType] ?? `a Mach-O file of type ${header.fileType}`;
  throw new UnreadableError(`${what}, not an object`);
}

/**
 * mach_header, 28 bytes or 32 in 64-bit files, and the load commands after it.
 *
 *     magic 0   cputype 4   cpusubtype 8   filetype 12   ncmds 16   sizeofcmds 20   flags 24
 */
export function readMachoHeader(object: ByteSource): MachoHeader {
  const magic = object.view(0, 4, 'Mach-O magic', false).u32(0);
  const littleEndian = magic !== MH_MAGIC && magic !== MH_MAGIC_64;
  const view = object.view(0, 28, 'Mach-O header', littleEndian);
  const bits = view.u32(0) === MH_MAGIC_64 ? 64 : 32;
  const cpuType = view.u32(4);
  return {
    bits,
    littleEndian,
    machine: machineName(cpuType, view.u32(8)),
    cpuType,
    fileType: view.u32(12),
    flags: view.u32(24),
    commandCount: view.u32(16),
    commands: object.view(bits === 64 ? 32 : 28, view.u32(20), 'load commands', littleEndian),
  };
}

/** The CPU of a Mach-O file of any type; null if it is not a Mach-O file. */
export function machoCpu(file: ByteSource): { type: number; subtype: number } | null {
  const head = file.viewUpTo(0, 12, 'Mach-O header', false);
  if (head.length < 12) return null;
  const littleEndian = [swapped(MH_MAGIC), swapped(MH_MAGIC_64)].includes(head.u32(0));
  if (!littleEndian && ![MH_MAGIC, MH_MAGIC_64].includes(head.u32(0))) return null;
  const view = file.view(0, 12, 'Mach-O header', littleEndian);
  return { type: view.u32(4), subtype: view.u32(8) };
}

const swapped = (magic: number): number =>
  ((magic << 24) | ((magic & 0xff00) << 8) | ((magic >>> 8) & 0xff00) | (magic >>> 24)) >>> 0;

/** Name of the machine, which all objects of one link have in common. */
export function machineName(type: number, subtype: number): string {
  switch (type) {
    case CPU_TYPE_X86:
      return 'i386';
    case CPU_TYPE_X86 | CPU_ARCH_ABI64:
      return 'x86-64';
    case CPU_TYPE_ARM:
      return 'arm';
    case CPU_TYPE_ARM | CPU_ARCH_ABI64:
      // The top byte holds capability bits.
      return (subtype & 0xffffff) === CPU_SUBTYPE_ARM64E ? 'arm64e' : 'arm64';
    case CPU_TYPE_ARM | CPU_ARCH_ABI64_32:
      return 'arm64_32';
    case CPU_TYPE_POWERPC:
      return 'ppc';
    case CPU_TYPE_POWERPC | CPU_ARCH_ABI64:
      return 'ppc64';
    case CPU_TYPE_MC680X0:
      return 'm68k';
    default:
      return `Mach-O CPU type ${type}`;
  }
}
