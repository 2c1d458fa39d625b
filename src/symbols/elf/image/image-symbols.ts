import { STT_FILE, STT_SECTION } from '../../../core/elf/constants.js';
import { budgetOf, namesLimit } from '../../budget.js';
import { type ImageSymbol, UNLISTED_SECTION } from '../../image/object-image.js';
import { UnreadableError } from '../../object-format.js';
import { endOfString } from '../../string-table.js';
import { NONE } from '../../table.js';
import type { ElfSections } from '../sections.js';
import type { ElfSymbolTable } from '../symtab.js';
import { BINDINGS, LazySymbol } from './lazy-symbol.js';
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
    requireBinding(table, number);
    const { section, processorIndex } = placeOf(sections, table, number);
    const row = section < 0 ? section : rowOr(rowOfSection[section], UNLISTED_SECTION);
    symbols.push(new LazySymbol(number, row, processorIndex, table));
  }
  return { symbols, count, rowOf, sectionOf };
}

/** @throws UnreadableError */
function requireBinding({ view, layout }: ElfSymbolTable, number: number): void {
  const binding = view.u8(number * layout.bytes + layout.info) >> 4;
  if (BINDINGS[binding] === undefined) throw new UnreadableError(`symbol ${number} has binding ${binding}`);
}

const rowOr = (row: number, otherwise: number): number => (row === NONE ? otherwise : row);
