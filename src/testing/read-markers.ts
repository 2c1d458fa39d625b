import { DEFINITION_MARKER, MEMBER_MARKER } from './write-elf.js';

const SHT_SYMTAB = 2;
const SHT_NOBITS = 8;
const SHF_ALLOC = 2;
const SHN_ABS = 0xfff1;
const PT_TLS = 7;
const STT_TLS = 6;

/** What a linker made of objects with markers (see write-elf.ts). */
export interface Linked {
  /** Marker ids of the members that are in, in the order of their places. */
  readonly members: readonly number[];
  readonly definitions: readonly LinkedDefinition[];
}

/** A symbol of the output that has a place. */
export interface LinkedDefinition {
  readonly name: string;
  /** Marker id of what stands there; −1 where nothing is stored (common, bss) and for absolute symbols. */
  readonly id: number;
  readonly size: number;
  /** Linkers make hidden symbols local. */
  readonly isLocal: boolean;
  readonly isAbsolute: boolean;
}

/** Reads a linked ELF64 file. */
export function readMarkers(file: Buffer): Linked {
  const number = (offset: number) => Number(file.readBigUInt64LE(offset));
  const sectionOffset = number(40);
  const sections = Array.from({ length: file.readUInt16LE(60) }, (_, at) => {
    const row = sectionOffset + 64 * at;
    return {
      type: file.readUInt32LE(row + 4),
      flags: number(row + 8),
      address: number(row + 16),
      offset: number(row + 24),
      size: number(row + 32),
      link: file.readUInt32LE(row + 40),
    };
  });
  const tls = tlsAddress(file);
  const definitions: LinkedDefinition[] = [];
  for (const table of sections.filter(({ type }) => type === SHT_SYMTAB)) {
    for (let row = table.offset + 24; row < table.offset + table.size; row += 24) {
      const index = file.readUInt16LE(row + 6);
      const info = file.readUInt8(row + 4);
      if (index === 0) continue;
      const start = sections[table.link].offset + file.readUInt32LE(row);
      const name = file.toString('latin1', start, file.indexOf(0, start));
      const address = number(row + 8) + ((info & 15) === STT_TLS ? tls : 0);
      const home = index < SHN_ABS ? sections[index] : undefined;
      const at = home && home.type !== SHT_NOBITS ? home.offset + address - home.address : -1;
      const isMarked = at >= 0 && at + 8 <= file.length && file.readUInt32LE(at) === DEFINITION_MARKER;
      const id = isMarked ? file.readUInt32LE(at + 4) : -1;
      definitions.push({
        name,
        id,
        size: number(row + 16),
        isLocal: info >> 4 === 0,
        isAbsolute: index === SHN_ABS,
      });
    }
  }
  const members: number[] = [];
  for (const { type, flags, offset, size } of sections) {
    if (type === SHT_NOBITS || (flags & SHF_ALLOC) === 0) continue;
    for (let at = offset; at + 8 <= offset + size; at += 8)
      if (file.readUInt32LE(at) === MEMBER_MARKER) members.push(file.readUInt32LE(at + 4));
  }
  return { members, definitions };
}

function tlsAddress(file: Buffer): number {
  const start = Number(file.readBigUInt64LE(32));
  for (let at = 0; at < file.readUInt16LE(56); at++) {
    const row = start + 56 * at;
    if (file.readUInt32LE(row) === PT_TLS) return Number(file.readBigUInt64LE(row + 16));
  }
  return 0;
}
