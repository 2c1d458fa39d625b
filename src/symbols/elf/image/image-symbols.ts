import { SHN_ABS, SHN_LORESERVE, STT_FILE, STT_SECTION } from '../../../core/elf/constants.js';
import type { ImageSymbol } from '../../image/object-image.js';
import { UnreadableError } from '../../object-format.js';
import { NONE } from '../../table.js';
import type { ElfSymbolTable } from '../symtab.js';
import type { DataColumns } from './data-columns.js';
import { BINDINGS, LazySymbol } from './lazy-symbol.js';

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
 * @param homes of symbols whose names were checked
 */
export function readImageSymbols(
  table: ElfSymbolTable | null,
  rowOfSection: Int32Array,
  homes: Pick<DataColumns, 'section' | 'sectionOf'>,
): ImageSymbols {
  const count = table?.count ?? 0;
  // Number 0 names nothing, whether or not there is a table.
  const rowOf = new Int32Array(Math.max(count, 1)).fill(NONE);
  const sectionOf = new Int32Array(Math.max(count, 1)).fill(NONE);
  const symbols: ImageSymbol[] = [];
  if (table === null) return { symbols, count, rowOf, sectionOf };
  const { bytes, layout } = table;
  for (let number = 1, at = layout.bytes + layout.info; number < count; number++, at += layout.bytes) {
    const type = bytes[at] & 15;
    if (type === STT_FILE) continue;
    const home = homes.section[number];
    if (type === STT_SECTION) {
      const named = homes.sectionOf[number];
      if (named !== NONE) sectionOf[number] = rowOfSection[named];
      continue;
    }
    rowOf[number] = symbols.length;
    requireBinding(table, number);
    const row = home < 0 ? home : rowOfSection[home];
    symbols.push(new LazySymbol(number, row, processorIndexOf(table, number), table));
  }
  return { symbols, count, rowOf, sectionOf };
}

/** @throws UnreadableError */
function requireBinding({ bytes, layout }: ElfSymbolTable, number: number): void {
  const binding = bytes[number * layout.bytes + layout.info] >> 4;
  if (BINDINGS[binding] === undefined) throw new UnreadableError(`symbol ${number} has binding ${binding}`);
}

/** Index of a section where only its processor knows what that means (large commons); otherwise 0. */
function processorIndexOf({ data, layout, littleEndian }: ElfSymbolTable, number: number): number {
  const raw = data.getUint16(number * layout.bytes + layout.sectionIndex, littleEndian);
  return raw < SHN_LORESERVE || raw >= SHN_ABS ? 0 : raw;
}
