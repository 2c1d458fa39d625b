import { budgetOf, namesLimit } from '../budget.js';
import {
  ABSOLUTE_SECTION,
  COMMON_SECTION,
  type ImageSymbol,
  type SectionUse,
  UNDEFINED_SECTION,
} from '../image/object-image.js';
import { NONE } from '../table.js';
import { isSectionDefinition } from './comdats.js';
import {
  IMAGE_SYM_ABSOLUTE,
  IMAGE_SYM_CLASS_EXTERNAL,
  IMAGE_SYM_CLASS_FILE,
  IMAGE_SYM_CLASS_FUNCTION,
  IMAGE_SYM_CLASS_WEAK_EXTERNAL,
  IMAGE_SYM_UNDEFINED,
} from './constants.js';
import type { CoffHeader } from './header.js';
import type { CoffSections } from './sections.js';
import {
  auxCountOf,
  auxiliaryAt,
  type CoffSymbolTable,
  classOf,
  malformedSymbol,
  sectionNumberOf,
  symbolName,
  symbolValue,
  typeOf,
} from './symtab.js';

/** Symbols of a COFF object, by which its sections are compared. */
export interface CoffImageSymbols {
  readonly symbols: readonly ImageSymbol[];
  /** By number in the object's table: row of `symbols`, or NONE. */
  readonly rowOf: Int32Array;
  /** By number: the section row that a section symbol names, or NONE. */
  readonly sectionOf: Int32Array;
  /** `@feat.00` and similar absolute symbols, which are flags for the linker. */
  readonly attributes: readonly string[];
}

/** IMAGE_SYM_DEBUG. */
const DEBUG_SECTION = -2;
/** Names of source files, and marks for debuggers. */
const UNSEEN = new Set([IMAGE_SYM_CLASS_FILE, IMAGE_SYM_CLASS_FUNCTION]);

/** `@comp.id` is the version of the compiler. Features (`@feat.00`) of 0 equal a missing symbol. */
function attributeOf(table: CoffSymbolTable, number: number, name: string): string[] {
  const value = symbolValue(table, number);
  const isSaid = name !== '@comp.id' && !(name === '@feat.00' && value === 0);
  return isSaid ? [`${name} ${value}`] : [];
}

/** @param uses by section row: symbols of ignored sections count nothing */
export function readImageSymbols(
  sections: CoffSections,
  header: CoffHeader,
  uses: readonly SectionUse[],
): CoffImageSymbols {
  const { table, object } = sections;
  const rowOf = new Int32Array(table.count).fill(NONE);
  const sectionOf = new Int32Array(table.count).fill(NONE);
  const symbols: ImageSymbol[] = [];
  const attributes: string[] = [];
  const spend = budgetOf(object, 'symbol names', namesLimit(table.strings.bytes.length));
  for (let number = 0; number < table.count; number += 1 + auxCountOf(table, number)) {
    const storageClass = classOf(table, number);
    const section = sectionNumberOf(table, number);
    if (section > sections.count)
      throw malformedSymbol(table, number, `no section ${section} of ${sections.count}`);
    if (UNSEEN.has(storageClass) || section === DEBUG_SECTION) continue;
    const name = symbolName(table, number);
    spend(name.length);
    if (isSectionDefinition(table, number) && section > 0) sectionOf[number] = section - 1;
    else if (section === IMAGE_SYM_ABSOLUTE && name.startsWith('@'))
      attributes.push(...attributeOf(table, number, name));
    else {
      rowOf[number] = symbols.length;
      symbols.push(readSymbol({ table, header, uses }, number, name));
    }
  }
  return { symbols, rowOf, sectionOf, attributes };
}

interface SymbolReading {
  readonly table: CoffSymbolTable;
  readonly header: CoffHeader;
  readonly uses: readonly SectionUse[];
}

function readSymbol(reading: SymbolReading, number: number, name: string): ImageSymbol {
  const { table } = reading;
  const storageClass = classOf(table, number);
  const isWeak = storageClass === IMAGE_SYM_CLASS_WEAK_EXTERNAL;
  const isExternal = isWeak || storageClass === IMAGE_SYM_CLASS_EXTERNAL;
  const section = sectionNumberOf(table, number);
  const value = symbolValue(table, number);
  const isCommon = section === IMAGE_SYM_UNDEFINED && value !== 0 && !isWeak;
  return {
    number,
    name,
    section: isCommon
      ? COMMON_SECTION
      : section === IMAGE_SYM_UNDEFINED
        ? UNDEFINED_SECTION
        : section === IMAGE_SYM_ABSOLUTE
          ? ABSOLUTE_SECTION
          : section - 1,
    // Linkers align a common to its size, unless a directive says otherwise.
    value: isCommon ? 0n : BigInt(value),
    size: isCommon ? BigInt(value) : 0n,
    binding: isWeak ? 'weak' : isExternal ? 'global' : 'local',
    type: typeOf(table, number),
    other: storageClass,
    marker: isWeak && auxCountOf(table, number) > 0 ? defaultOf(reading, number) : null,
  };
}

/** The default symbol of a weak external, as text that is equal in equal objects (TagIndex 0, Characteristics 4). */
function defaultOf({ table, uses }: SymbolReading, number: number): string {
  const auxiliary = auxiliaryAt(table, number);
  const target = table.view.u32(auxiliary);
  if (target >= table.count) throw malformedSymbol(table, number, `no symbol ${target} to default to`);
  const rule = table.view.u32(auxiliary + 4);
  const storageClass = classOf(table, target);
  const isNamed = storageClass === IMAGE_SYM_CLASS_EXTERNAL || storageClass === IMAGE_SYM_CLASS_WEAK_EXTERNAL;
  if (isNamed) return `default ${rule} ${symbolName(table, target)}`;
  const section = sectionNumberOf(table, target);
  // By place, in the sections that are compared.
  const place = uses.slice(0, Math.max(0, section - 1)).filter((use) => use !== 'ignored').length;
  return `default ${rule} at ${section > 0 ? place : section} ${symbolValue(table, target)}`;
}
