import {
  STB_GLOBAL,
  STB_GNU_UNIQUE,
  STB_LOCAL,
  STB_WEAK,
  STT_FILE,
  STT_LOPROC,
  STT_SECTION,
} from '../../../core/elf/constants.js';
import { budgetOf, namesLimit } from '../../budget.js';
import { type ImageSymbol, UNDEFINED_SECTION, UNLISTED_SECTION } from '../../image/object-image.js';
import { UnreadableError } from '../../object-format.js';
import { endOfString, type StringTable, startsWith, stringAt } from '../../string-table.js';
import { NONE } from '../../table.js';
import type { ElfSections } from '../sections.js';
import type { ElfSymbolTable } from '../symtab.js';
import { LazySymbol, type SymbolFacts } from './lazy-symbol.js';
import { placeOf } from './place.js';

/** The symbols of an image, and what each number of the object's own table became. */
export interface ImageSymbols {
  readonly symbols: readonly ImageSymbol[];
  /** Symbols of the object's own table, number 0 included; 0 without a table. */
  readonly count: number;
  /** By number: row of `symbols`, or NONE. */
  readonly rowOf: Int32Array;
  /** By number: the section row that a section symbol names, or NONE. */
  readonly sectionOf: Int32Array;
}

/**
 * Position-independent code names the linker's own table when it is assembled, whether or not a relocation then refers
 * to it. Tools that strip take an unreferenced name away.
 */
const LINKER_TABLE = '_GLOBAL_OFFSET_TABLE_';

const BINDINGS: Readonly<Record<number, ImageSymbol['binding']>> = {
  [STB_LOCAL]: 'local',
  [STB_GLOBAL]: 'global',
  [STB_WEAK]: 'weak',
  [STB_GNU_UNIQUE]: 'unique',
};

/**
 * @param table in memory that no later read reuses
 * @param rowOfSection by section number: its row in the image, or NONE
 */
export function readImageSymbols(
  sections: ElfSections,
  table: ElfSymbolTable | null,
  rowOfSection: Int32Array,
): ImageSymbols {
  const count = table?.count ?? 0;
  // Number 0 names nothing, whether or not there is a table.
  const rowOf = new Int32Array(Math.max(count, 1)).fill(NONE);
  const sectionOf = new Int32Array(Math.max(count, 1)).fill(NONE);
  const symbols: ImageSymbol[] = [];
  if (table === null) return { symbols, count, rowOf, sectionOf };
  const spend = budgetOf(sections.object, 'symbol names', namesLimit(table.strings.bytes.length));
  for (let number = 1; number < count; number++) {
    const type = table.view.u8(number * table.layout.bytes + table.layout.info) & 15;
    if (type === STT_FILE) continue;
    if (type === STT_SECTION) {
      const { section } = placeOf(sections, table, number);
      if (section >= 0) sectionOf[number] = rowOfSection[section];
      continue;
    }
    const name = table.view.u32(number * table.layout.bytes);
    spend(endOfString(table.strings, name) - name);
    rowOf[number] = symbols.length;
    symbols.push(new LazySymbol(readFacts(sections, table, number, name, rowOfSection), table));
  }
  return { symbols, count, rowOf, sectionOf };
}

/** @param name offset of its name */
function readFacts(
  sections: ElfSections,
  table: ElfSymbolTable,
  number: number,
  name: number,
  rowOfSection: Int32Array,
): SymbolFacts {
  const { view, layout } = table;
  const at = number * layout.bytes;
  const info = view.u8(at + layout.info);
  const binding = BINDINGS[info >> 4];
  if (binding === undefined) throw new UnreadableError(`symbol ${number} has binding ${info >> 4}`);
  const { section, processorIndex } = placeOf(sections, table, number);
  return {
    number,
    section: section < 0 ? section : rowOr(rowOfSection[section], UNLISTED_SECTION),
    binding,
    type: info & 15,
    other: view.u8(at + layout.other) | (processorIndex << 8),
    marker:
      binding === 'local'
        ? markerOf(table.strings, name, info & 15)
        : section === UNDEFINED_SECTION && isLinkerTable(table.strings, name)
          ? 'linker-defined'
          : null,
  };
}

const rowOr = (row: number, otherwise: number): number => (row === NONE ? otherwise : row);

const isLinkerTable = (strings: StringTable, name: number): boolean =>
  startsWith(strings, name, LINKER_TABLE) && stringAt(strings, name) === LINKER_TABLE;

/**
 * Mapping symbols tell linkers for ARM, AArch64 and RISC-V where code ends and data begins; types of a processor
 * (SPARC's claims on registers) act by being present.
 */
function markerOf(strings: StringTable, name: number, type: number): string | null {
  if (type >= STT_LOPROC) return `${type} ${stringAt(strings, name)}`;
  return startsWith(strings, name, '$') ? (/^\$[a-z]/.exec(stringAt(strings, name))?.[0] ?? null) : null;
}
