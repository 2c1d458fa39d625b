/** A section of an ELF64 file, little-endian. */
export interface ElfSection {
  readonly name: string;
  readonly type: number;
  readonly isAllocated: boolean;
  readonly link: number;
  readonly content: Buffer;
}

export interface ElfRow {
  readonly name: string;
  readonly binding: number;
  readonly type: number;
  readonly visibility: number;
  readonly isDefined: boolean;
  readonly isCommon: boolean;
  readonly size: number;
  /** Row in its table. */
  readonly row: number;
}

const SHT_NOBITS = 8;
const SHF_ALLOC = 2;
const SHN_COMMON = 0xfff2;
const VER_FLG_BASE = 1;

const textAt = (table: Buffer, start: number): string =>
  table.toString('latin1', start, table.indexOf(0, start));

export function elfSections(file: Buffer): ElfSection[] {
  const start = Number(file.readBigUInt64LE(40));
  const rows = Array.from({ length: file.readUInt16LE(60) }, (_, at) => {
    const row = start + 64 * at;
    const [offset, size] = [Number(file.readBigUInt64LE(row + 24)), Number(file.readBigUInt64LE(row + 32))];
    const type = file.readUInt32LE(row + 4);
    return {
      nameStart: file.readUInt32LE(row),
      type,
      isAllocated: (file.readUInt32LE(row + 8) & SHF_ALLOC) !== 0,
      link: file.readUInt32LE(row + 40),
      content: type === SHT_NOBITS ? Buffer.alloc(0) : file.subarray(offset, offset + size),
    };
  });
  const names = rows[file.readUInt16LE(62)].content;
  return rows.map(({ nameStart, ...row }) => ({ ...row, name: textAt(names, nameStart) }));
}

/** @param table `.symtab` or `.dynsym` */
export function elfSymbols(sections: readonly ElfSection[], table: '.symtab' | '.dynsym'): ElfRow[] {
  const found = sections.find(({ name }) => name === table);
  if (found === undefined) return [];
  const names = sections[found.link].content;
  return Array.from({ length: Math.floor(found.content.length / 24) }, (_, row) => {
    const at = 24 * row;
    const index = found.content.readUInt16LE(at + 6);
    return {
      row,
      name: textAt(names, found.content.readUInt32LE(at)),
      binding: found.content.readUInt8(at + 4) >> 4,
      type: found.content.readUInt8(at + 4) & 15,
      visibility: found.content.readUInt8(at + 5) & 3,
      isDefined: index !== 0,
      isCommon: index === SHN_COMMON,
      size: Number(found.content.readBigUInt64LE(at + 16)),
    };
  });
}

/** Names of the libraries that a dynamic file asks for. */
export function neededLibraries(sections: readonly ElfSection[]): string[] {
  const dynamic = sections.find(({ name }) => name === '.dynamic');
  if (dynamic === undefined) return [];
  const names = sections[dynamic.link].content;
  const needed: string[] = [];
  for (let at = 0; at + 16 <= dynamic.content.length; at += 16)
    if (dynamic.content.readBigUInt64LE(at) === 1n)
      needed.push(textAt(names, Number(dynamic.content.readBigUInt64LE(at + 8))));
  return needed;
}

/** By row of `.dynsym`: the version's name that a definition has; empty for none. */
export function definedVersions(sections: readonly ElfSection[]): (row: number) => string {
  const versions = sections.find(({ name }) => name === '.gnu.version')?.content;
  const definitions = sections.find(({ name }) => name === '.gnu.version_d');
  if (versions === undefined || definitions === undefined) return () => '';
  const names = sections[definitions.link].content;
  const byIndex = new Map<number, string>();
  for (let at = 0, next = 1; next !== 0; at += next) {
    const auxiliary = at + definitions.content.readUInt32LE(at + 12);
    // The first one names the file itself.
    const isBase = (definitions.content.readUInt16LE(at + 2) & VER_FLG_BASE) !== 0;
    const name = isBase ? '' : textAt(names, definitions.content.readUInt32LE(auxiliary));
    byIndex.set(definitions.content.readUInt16LE(at + 4), name);
    next = definitions.content.readUInt32LE(at + 16);
  }
  return (row) => byIndex.get(versions.readUInt16LE(2 * row) & 0x7fff) ?? '';
}
