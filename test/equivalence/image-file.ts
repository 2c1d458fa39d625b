/** A section of an image as it is in memory. */
export interface ImageSection {
  readonly name: string;
  readonly address: number;
  readonly size: number;
  readonly content: Buffer;
}

/** A part of a file that is mapped. */
export interface ImageSegment {
  readonly offset: number;
  readonly size: number;
  readonly address: number;
  readonly memory: number;
}

/** The parts of a PE or Mach-O image for x86-64 that are read. */
export interface Image {
  readonly sections: readonly ImageSection[];
  readonly segments: readonly ImageSegment[];
  /** Names that other images may ask for. */
  readonly exports: readonly string[];
  /** Names of DLLs, and `name.dll function`. */
  readonly imports: readonly string[];
  /** Addresses by name, where the file has a table of symbols. */
  readonly symbols: ReadonlyMap<string, number>;
}

const textAt = (bytes: Buffer, start: number): string => {
  const end = bytes.indexOf(0, start);
  return bytes.toString('latin1', start, end < 0 ? bytes.length : end);
};

const PE_HEADER_OFFSET = 60;
const EXPORT_DIRECTORY = 0;
const IMPORT_DIRECTORY = 1;
const IMPORT_ROW = 20;

/** Source: "PE Format" of Microsoft's documentation. */
export function readPe(file: Buffer): Image {
  const start = file.readUInt32LE(PE_HEADER_OFFSET);
  const count = file.readUInt16LE(start + 6);
  const optional = start + 24;
  const base = Number(file.readBigUInt64LE(optional + 24));
  const strings = file.readUInt32LE(start + 12) + 18 * file.readUInt32LE(start + 16);
  const table = optional + file.readUInt16LE(start + 20);
  const sections = Array.from({ length: count }, (_, at): ImageSection & ImageSegment => {
    const row = table + 40 * at;
    const raw = textAt(file.subarray(row, row + 8), 0);
    const [memory, stored] = [file.readUInt32LE(row + 8), file.readUInt32LE(row + 16)];
    const offset = file.readUInt32LE(row + 20);
    const size = Math.min(memory, stored);
    const address = base + file.readUInt32LE(row + 12);
    const content = Buffer.concat([file.subarray(offset, offset + size), Buffer.alloc(memory - size)]);
    const name = /^\/\d+$/.test(raw) ? textAt(file, strings + Number(raw.slice(1))) : raw;
    return { name, address, size, content, offset, memory };
  });
  const directory = (which: number) => file.readUInt32LE(optional + 112 + 8 * which);
  const bytesAt = bytesIn(sections, base);
  return {
    sections,
    segments: sections,
    exports: exportsOf(bytesAt, directory(EXPORT_DIRECTORY)),
    imports: importsOf(bytesAt, directory(IMPORT_DIRECTORY)),
    symbols: coffSymbols(file, start, strings, sections),
  };
}

/** The bytes of an image from an address on, to the end of their section. */
type BytesAt = (address: number) => Buffer;

const bytesIn =
  (sections: readonly ImageSection[], base: number): BytesAt =>
  (address) => {
    const own = sections.find(
      (section) =>
        section.address <= base + address && base + address < section.address + section.content.length,
    );
    return own === undefined ? Buffer.alloc(0) : own.content.subarray(base + address - own.address);
  };

function exportsOf(bytesAt: BytesAt, directory: number): string[] {
  if (directory === 0) return [];
  const header = bytesAt(directory);
  const names = bytesAt(header.readUInt32LE(32));
  return Array.from({ length: header.readUInt32LE(24) }, (_, at) =>
    textAt(bytesAt(names.readUInt32LE(4 * at)), 0),
  );
}

/** As the loader reads them: rows of DLLs, each with a list of functions that ends in 0. */
function importsOf(bytesAt: BytesAt, directory: number): string[] {
  if (directory === 0) return [];
  const imports: string[] = [];
  const rows = bytesAt(directory);
  for (let at = 0; at + IMPORT_ROW <= rows.length; at += IMPORT_ROW) {
    const [lookup, , , name, addresses] = [0, 1, 2, 3, 4].map((word) => rows.readUInt32LE(at + 4 * word));
    if (name === 0) break;
    const library = textAt(bytesAt(name), 0);
    imports.push(library);
    const list = bytesAt(lookup === 0 ? addresses : lookup);
    for (let entry = 0; entry + 8 <= list.length; entry += 8) {
      const hint = list.readUInt32LE(entry);
      if (hint === 0) break;
      imports.push(`${library} ${textAt(bytesAt(hint + 2), 0)}`);
    }
  }
  return imports;
}

/** With a name that is too long for its row in the table of strings. */
function coffSymbols(
  file: Buffer,
  start: number,
  strings: number,
  sections: readonly ImageSection[],
): Map<string, number> {
  const symbols = new Map<string, number>();
  const first = file.readUInt32LE(start + 12);
  for (let row = first; first !== 0 && row < strings; row += 18 * (1 + file[row + 17])) {
    const section = sections[file.readInt16LE(row + 12) - 1];
    const name =
      file.readUInt32LE(row) === 0
        ? textAt(file, strings + file.readUInt32LE(row + 4))
        : textAt(file.subarray(row, row + 8), 0);
    // A second definition is listed too where it is allowed.
    if (section !== undefined && !symbols.has(name))
      symbols.set(name, section.address + file.readUInt32LE(row + 8));
  }
  return symbols;
}

const LC_SEGMENT_64 = 0x19;
const LC_SYMTAB = 2;
const N_EXT = 1;
const N_PEXT = 0x10;
const N_TYPE = 0xe;

/** Source: `mach-o/loader.h`, `mach-o/nlist.h`. */
export function readMacho(file: Buffer): Image {
  const sections: ImageSection[] = [];
  const segments: ImageSegment[] = [];
  const exports: string[] = [];
  const symbols = new Map<string, number>();
  for (let at = 32, left = file.readUInt32LE(16); left > 0; left--) {
    const command = file.readUInt32LE(at);
    if (command === LC_SEGMENT_64) takeSegment(file, at, sections, segments);
    else if (command === LC_SYMTAB) takeSymbols(file, at, exports, symbols);
    at += file.readUInt32LE(at + 4);
  }
  return { sections, segments, exports, imports: [], symbols };
}

function takeSegment(file: Buffer, at: number, sections: ImageSection[], segments: ImageSegment[]): void {
  const number = (offset: number) => Number(file.readBigUInt64LE(at + offset));
  const name = textAt(file.subarray(at + 8, at + 24), 0);
  if (name !== '__PAGEZERO' && name !== '__LINKEDIT' && number(32) > 0)
    segments.push({ address: number(24), memory: number(32), offset: number(40), size: number(48) });
  for (let row = at + 72, left = file.readUInt32LE(at + 64); left > 0; left--, row += 80) {
    const address = Number(file.readBigUInt64LE(row + 32));
    const size = Number(file.readBigUInt64LE(row + 40));
    const offset = file.readUInt32LE(row + 48);
    const content = offset === 0 ? Buffer.alloc(size) : file.subarray(offset, offset + size);
    sections.push({ name: textAt(file.subarray(row, row + 16), 0), address, size, content });
  }
}

function takeSymbols(file: Buffer, at: number, exports: string[], symbols: Map<string, number>): void {
  const [start, count, strings] = [8, 12, 16].map((offset) => file.readUInt32LE(at + offset));
  for (let row = start; row < start + 16 * count; row += 16) {
    if ((file[row + 4] & N_TYPE) === 0) continue;
    const name = textAt(file, strings + file.readUInt32LE(row));
    symbols.set(name, Number(file.readBigUInt64LE(row + 8)));
    if ((file[row + 4] & (N_EXT | N_PEXT)) === N_EXT) exports.push(name);
  }
}
