/*
 * Makes definitions of an object weak, without the product's editors: a link in which the losers of duplicate names are
 * weak has the meaning of a link that allows duplicates, on linkers that have no option for it.
 */

const LC_SYMTAB = 2;
const N_STAB = 0xe0;
const N_EXT = 1;
const N_TYPE = 0xe;
const N_SECT = 0xe;
const N_WEAK_DEF = 0x80;

const textAt = (bytes: Buffer, start: number): string =>
  bytes.toString('latin1', start, bytes.indexOf(0, start));

/** Source: `mach-o/nlist.h`. */
export function weakenMacho(object: Buffer, names: ReadonlySet<string>): Buffer {
  const bytes = Buffer.from(object);
  for (let at = 32, left = bytes.readUInt32LE(16); left > 0; left--, at += bytes.readUInt32LE(at + 4)) {
    if (bytes.readUInt32LE(at) !== LC_SYMTAB) continue;
    const [start, count, strings] = [8, 12, 16].map((offset) => bytes.readUInt32LE(at + offset));
    for (let row = start; row < start + 16 * count; row += 16) {
      const type = bytes[row + 4];
      if ((type & N_STAB) !== 0 || (type & N_EXT) === 0 || (type & N_TYPE) !== N_SECT) continue;
      if (names.has(textAt(bytes, strings + bytes.readUInt32LE(row)))) bytes[row + 6] |= N_WEAK_DEF;
    }
  }
  return bytes;
}

const SYMBOL_TABLE = 8;
const [FUNCTION, DATA, SECTION] = [0, 1, 3];
const WEAK = 1;
const UNDEFINED = 0x10;
const EXPLICIT_NAME = 0x40;

/** Reads numbers of variable length. */
class Cursor {
  constructor(
    readonly bytes: Buffer,
    public at: number,
  ) {}

  number(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes[this.at++];
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }

  text(): string {
    const length = this.number();
    this.at += length;
    return this.bytes.toString('latin1', this.at - length, this.at);
  }
}

/** Source: "WebAssembly Object File Linking" of tool-conventions. */
export function weakenWasm(object: Buffer, names: ReadonlySet<string>): Buffer {
  const bytes = Buffer.from(object);
  for (const section = new Cursor(bytes, 8); section.at < bytes.length; ) {
    const id = bytes[section.at++];
    const end = section.number() + section.at;
    if (id === 0 && section.text() === 'linking') weakenLinking(bytes, section, end, names);
    section.at = end;
  }
  return bytes;
}

function weakenLinking(bytes: Buffer, cursor: Cursor, end: number, names: ReadonlySet<string>): void {
  cursor.number();
  while (cursor.at < end) {
    const kind = bytes[cursor.at++];
    const next = cursor.number() + cursor.at;
    if (kind === SYMBOL_TABLE)
      for (let left = cursor.number(); left > 0; left--) weakenSymbol(bytes, cursor, names);
    cursor.at = next;
  }
}

function weakenSymbol(bytes: Buffer, cursor: Cursor, names: ReadonlySet<string>): void {
  const kind = bytes[cursor.at++];
  const flagsAt = cursor.at;
  const flags = cursor.number();
  const isDefined = (flags & UNDEFINED) === 0;
  if (kind === SECTION) {
    cursor.number();
    return;
  }
  if (kind !== DATA) cursor.number();
  const hasName = kind === DATA || isDefined || (flags & EXPLICIT_NAME) !== 0;
  const name = hasName ? cursor.text() : '';
  if (kind === DATA && isDefined) for (let field = 0; field < 3; field++) cursor.number();
  if (isDefined && (kind === FUNCTION || kind === DATA) && names.has(name)) bytes[flagsAt] |= WEAK;
}
