import type { ByteSource } from '../../bytes/byte-source.js';
import type { ByteView } from '../../bytes/byte-view.js';
import { stringAt } from '../string-table.js';
import { IMAGE_SCN_CNT_UNINITIALIZED_DATA } from './constants.js';
import type { CoffHeader } from './header.js';
import type { CoffSymbolTable } from './symtab.js';

/** One section header, decoded: for the few sections that are looked at closely. Counted from 1. */
export interface CoffSection {
  readonly number: number;
  readonly name: string;
  readonly size: number;
  readonly dataOffset: number;
  readonly relocationsOffset: number;
  readonly relocationCount: number;
  readonly characteristics: number;
}

/** The section table. Headers stay as bytes: an object may have tens of thousands. */
export interface CoffSections {
  readonly object: ByteSource;
  readonly count: number;
  readonly headers: ByteView;
  readonly table: CoffSymbolTable;
}

export const SECTION_BYTES = 40;

/**
 * Section headers, 40 bytes each:
 *
 *     Name 0 (8)   SizeOfRawData 16   PointerToRawData 20   PointerToRelocations 24   NumberOfRelocations 32 (u16)
 *     Characteristics 36
 */
export function readSections(object: ByteSource, header: CoffHeader, table: CoffSymbolTable): CoffSections {
  const { sectionsOffset, sectionCount: count } = header;
  return {
    object,
    count,
    headers: object.view(sectionsOffset, count * SECTION_BYTES, 'section headers'),
    table,
  };
}

export const characteristicsOf = ({ headers }: CoffSections, number: number): number =>
  headers.u32((number - 1) * SECTION_BYTES + 36);

export const sizeOf = ({ headers }: CoffSections, number: number): number =>
  headers.u32((number - 1) * SECTION_BYTES + 16);

/** @throws MalformedError if the number, or the string table offset of the section's name, is out of range */
export function sectionAt(sections: CoffSections, number: number): CoffSection {
  const { headers, count } = sections;
  if (!(number >= 1 && number <= count)) throw headers.error(0, `no section ${number} of ${count}`);
  const at = (number - 1) * SECTION_BYTES;
  return {
    number,
    name: sectionName(sections, at),
    size: headers.u32(at + 16),
    dataOffset: headers.u32(at + 20),
    relocationsOffset: headers.u32(at + 24),
    relocationCount: headers.u16(at + 32),
    characteristics: headers.u32(at + 36),
  };
}

/** The bytes of a section; none for those that occupy no space in the file. */
export function sectionBytes({ object }: CoffSections, section: CoffSection, what: string): ByteView {
  const isEmpty =
    (section.characteristics & IMAGE_SCN_CNT_UNINITIALIZED_DATA) !== 0 || section.dataOffset === 0;
  return object.view(isEmpty ? 0 : section.dataOffset, isEmpty ? 0 : section.size, what);
}

const SLASH = 0x2f;

/** Names of more than 8 bytes are strings: `/123`, and from 10⁷ on, where digits run out, `//` and base 64. */
function sectionName({ headers, table }: CoffSections, at: number): string {
  const field = headers.bytes.subarray(at, at + 8);
  const end = field.indexOf(0);
  const text = Buffer.from(end < 0 ? field : field.subarray(0, end)).toString('latin1');
  if (field[0] !== SLASH) return text;
  const offset = field[1] === SLASH ? base64(text.slice(2)) : decimal(text.slice(1));
  if (offset === null) return text;
  if (offset < 4) throw headers.error(at, `no string at ${offset} for the name`);
  return stringAt(table.strings, offset);
}

/** Null for a plain name such as `/4abc`. */
const decimal = (digits: string): number | null => (/^\d+$/.test(digits) ? Number(digits) : null);

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** A number of up to six base-64 digits, the most significant first. Unlike usual base 64, it does not encode bytes. */
function base64(digits: string): number | null {
  let value = 0;
  for (const digit of digits) {
    const index = BASE64.indexOf(digit);
    if (index < 0) return null;
    value = value * 64 + index;
  }
  return digits.length === 6 ? value : null;
}
