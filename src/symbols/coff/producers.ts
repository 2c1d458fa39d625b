import { append } from '../../bytes/append.js';
import type { ByteSource } from '../../bytes/byte-source.js';
import { stringEntries } from '../side-effect-entries.js';
import { IMAGE_SYM_ABSOLUTE } from './constants.js';
import { readCoffHeader } from './header.js';
import { type CoffSections, readSections, sectionAt, sectionBytes } from './sections.js';
import { auxCountOf, readSymbolTable, sectionNumberOf, symbolName, symbolValue } from './symtab.js';

/**
 * `@comp.id` of Microsoft's tools, and `.rdata$zzz`, which GCC and clang for MinGW use like `.comment` on ELF.
 */
export function coffProducers(object: ByteSource): readonly string[] {
  const header = readCoffHeader(object);
  const table = readSymbolTable(object, header);
  const sections = readSections(object, header, table);
  return [...compilerIds(sections), ...idents(sections)];
}

/** A number for the tool, in the high half, and its build. Microsoft does not document the numbers. */
function compilerIds({ table }: CoffSections): string[] {
  const found: string[] = [];
  for (let symbol = 0; symbol < table.count; symbol += 1 + auxCountOf(table, symbol)) {
    if (sectionNumberOf(table, symbol) !== IMAGE_SYM_ABSOLUTE || symbolName(table, symbol) !== '@comp.id')
      continue;
    const value = symbolValue(table, symbol);
    found.push(`Microsoft tool 0x${(value >>> 16).toString(16)}, build ${value & 0xffff}`);
  }
  return found;
}

function idents(sections: CoffSections): string[] {
  const found: string[] = [];
  for (let number = 1; number <= sections.count; number++) {
    const section = sectionAt(sections, number);
    if (section.name === '.rdata$zzz')
      append(found, stringEntries(sectionBytes(sections, section, 'ident').bytes));
  }
  return found;
}
