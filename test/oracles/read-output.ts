const SHT_SYMTAB = 2;
const SHT_NOBITS = 8;
const SHF_ALLOC = 2;
const SHN_ABS = 0xfff1;
const PT_TLS = 7;
const STB_WEAK = 2;
const STT_TLS = 6;
const STT_GNU_IFUNC = 10;

/** A symbol of a linked ELF64 file. */
export interface OutputSymbol {
  readonly name: string;
  readonly size: number;
  /** In memory; of a thread-local one, in the initial image. */
  readonly address: number;
  /** In the file; −1 where nothing is stored (common, bss) and for absolute symbols. */
  readonly offset: number;
  readonly isDefined: boolean;
  /** Linkers make hidden symbols local. */
  readonly isLocal: boolean;
  readonly isWeak: boolean;
  readonly isAbsolute: boolean;
  readonly isIfunc: boolean;
}

/** Output file of a linker. */
export interface Output {
  readonly symbols: readonly OutputSymbol[];
  /** Where in the file the loaded sections lie that have content. */
  readonly ranges: readonly { readonly offset: number; readonly size: number }[];
}

/** Reads a linked ELF64 file. */
export function readOutput(file: Buffer): Output {
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
  const symbols: OutputSymbol[] = [];
  for (const table of sections.filter(({ type }) => type === SHT_SYMTAB)) {
    for (let row = table.offset + 24; row < table.offset + table.size; row += 24) {
      const index = file.readUInt16LE(row + 6);
      const [binding, type] = [file.readUInt8(row + 4) >> 4, file.readUInt8(row + 4) & 15];
      const start = sections[table.link].offset + file.readUInt32LE(row);
      const address = number(row + 8) + (type === STT_TLS ? tls : 0);
      const home = index < SHN_ABS ? sections[index] : undefined;
      symbols.push({
        name: file.toString('latin1', start, file.indexOf(0, start)),
        size: number(row + 16),
        address,
        offset: home && home.type !== SHT_NOBITS ? home.offset + address - home.address : -1,
        isDefined: index !== 0,
        isLocal: binding === 0,
        isWeak: binding === STB_WEAK,
        isAbsolute: index === SHN_ABS,
        isIfunc: type === STT_GNU_IFUNC,
      });
    }
  }
  const ranges = sections.filter(({ type, flags }) => type !== SHT_NOBITS && (flags & SHF_ALLOC) !== 0);
  return { symbols, ranges };
}

function tlsAddress(file: Buffer): number {
  const start = Number(file.readBigUInt64LE(32));
  for (let at = 0; at < file.readUInt16LE(56); at++) {
    const row = start + 56 * at;
    if (file.readUInt32LE(row) === PT_TLS) return Number(file.readBigUInt64LE(row + 16));
  }
  return 0;
}
