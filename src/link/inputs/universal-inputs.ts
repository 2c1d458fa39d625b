import { architectureName, type Cpu, cpuOf } from '../../archive/architecture.js';
import { isArchive, readArchive } from '../../archive/read-archive.js';
import { isUniversal, readUniversal, type UniversalFile } from '../../archive/universal.js';
import type { ByteSource } from '../../bytes/byte-source.js';
import { CPU_ARCH_ABI64 } from '../../symbols/macho/constants.js';
import { machineName, machoCpu } from '../../symbols/macho/header.js';
import type { LibraryTarget } from '../../symbols/object-format.js';
import { isSharedLibrary } from '../../symbols/shared-libraries.js';
import { LineError } from '../command/line-error.js';
import type { InputFile } from './input-file.js';

/** An opened file of the line, before an architecture is selected. */
export interface NamedFile {
  readonly file: InputFile;
  /** Null for a file of one architecture. */
  readonly universal: UniversalFile | null;
}

export function nameFile(file: InputFile): NamedFile {
  const isFat = isUniversal(file.source.viewUpTo(0, 8, 'file magic').bytes);
  return { file, universal: isFat ? readUniversal(file.source) : null };
}

/** The part of a file for a link: the file itself, a slice, or none with the reason. */
export type Part =
  | { readonly kind: 'part'; readonly file: InputFile }
  | { readonly kind: 'none'; readonly reason: string };

/**
 * The links that a line means: their architectures in order of appearance. Without a universal file there is one link,
 * and its architecture does not matter. Shared libraries do not add architectures.
 */
export function architecturesOf(files: readonly NamedFile[], wanted: readonly string[]): (string | null)[] {
  const universal = files.flatMap((named) => named.universal ?? []);
  if (universal.length === 0) return [null];
  if (wanted.length > 0) return [...new Set(wanted)];
  const linked = files.filter((named) => named.universal !== null && !isLibrary(named));
  const found = linked.flatMap(architecturesIn);
  if (found.length > 0) return [...new Set(found)];
  const own = architectureOfObjects(files);
  return own === null ? [...new Set(files.flatMap(architecturesIn))] : [own];
}

const architecturesIn = ({ universal }: NamedFile): string[] =>
  (universal?.slices ?? []).map((slice) => architectureName(slice.cpuType, slice.cpuSubtype));

const isLibrary = ({ file, universal }: NamedFile): boolean =>
  isSharedLibrary(
    universal === null || universal.slices.length === 0
      ? file.source
      : file.source.slice(universal.slices[0].offset, universal.slices[0].size, file.path),
  );

/** The architecture of the first object, on its own or in an archive; null without objects for Mach-O. */
export function architectureOfObjects(files: readonly NamedFile[]): string | null {
  for (const named of files) {
    const cpu = named.universal === null && !isLibrary(named) ? cpuOfFile(named.file) : null;
    if (cpu !== null) return architectureName(cpu.type, cpu.subtype);
  }
  return null;
}

/** The target for reading libraries that serve several; null for an unknown architecture. */
export function targetOf(architecture: string, systemVersion: string | null): LibraryTarget | null {
  const cpu = cpuOf(architecture);
  if (cpu === undefined) return null;
  const machine = machineName(cpu.type, cpu.subtype);
  const bits = (cpu.type & CPU_ARCH_ABI64) !== 0 ? 64 : 32;
  return { architecture, systemVersion, machine, bits, littleEndian: !/^(ppc|m68k)/.test(machine) };
}

/** All slices of a universal file; any other file as it is. */
export function allParts(named: NamedFile): InputFile[] {
  const { file, universal } = named;
  return universal === null ? [file] : universal.slices.map((_, row) => sliceInput(file, universal, row));
}

/**
 * The part of a file for one architecture: its slice; the whole file, if it has that machine; otherwise none.
 * @throws LineError for an unknown architecture
 */
export function partFor({ file, universal }: NamedFile, architecture: string): Part {
  if (universal === null) {
    const own = cpuOfFile(file);
    if (own === null || machineOf(own) === machineOf(requireCpu(architecture))) return { kind: 'part', file };
    return { kind: 'none', reason: `is for ${architectureName(own.type, own.subtype)}, not ${architecture}` };
  }
  const names = universal.slices.map((slice) => architectureName(slice.cpuType, slice.cpuSubtype));
  const row = names.indexOf(architecture);
  if (row >= 0) return { kind: 'part', file: sliceInput(file, universal, row) };
  return { kind: 'none', reason: `has slices for ${names.join(', ')}, none for ${architecture}` };
}

function sliceInput(file: InputFile, universal: UniversalFile, row: number): InputFile {
  const { cpuType, cpuSubtype, offset, size } = universal.slices[row];
  const architecture = architectureName(cpuType, cpuSubtype);
  return {
    ...file,
    key: `${file.key}#${row}`,
    source: file.source.slice(offset, size, `${file.path} (${architecture})`),
    slice: { architecture, row, universal, file: file.source },
  };
}

/** By its name, which a universal file may also have given to a CPU without one. */
function requireCpu(architecture: string): Cpu {
  const [, type, subtype] = /^cpu 0x([0-9a-f]{1,8})\/0x([0-9a-f]{1,8})$/.exec(architecture) ?? [];
  const cpu =
    type === undefined
      ? cpuOf(architecture)
      : { type: Number.parseInt(type, 16), subtype: Number.parseInt(subtype, 16) };
  if (cpu === undefined) throw new LineError(`unknown architecture '${architecture}'`);
  return cpu;
}

/** Architectures of one machine link with each other: armv7 and armv7s, x86_64 and x86_64h. */
const machineOf = ({ type, subtype }: Cpu): string => machineName(type, subtype);

/** The CPU of an object, or of the first Mach-O object in an archive; null without one. */
function cpuOfFile(file: InputFile): Cpu | null {
  if (!isArchive(file.source.viewUpTo(0, 8, 'file magic').bytes)) return machoCpu(file.source);
  const { isThin, members } = readArchive(file.source);
  for (const { name, dataOffset, size } of members) {
    const member: ByteSource | undefined = isThin
      ? file.openSibling?.(name)
      : file.source.slice(dataOffset, size, name);
    const cpu = member ? machoCpu(member) : null;
    if (cpu !== null) return cpu;
  }
  return null;
}
