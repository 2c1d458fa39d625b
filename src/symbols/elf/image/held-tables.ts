import type { ByteSource } from '../../../bytes/byte-source.js';
import { SectionUse as Use } from '../../../core/problem.js';
import { type Core, unsigned } from '../../../engine/core.js';
import type { SectionUse } from '../../image/object-image.js';
import { stringTable } from '../../string-table.js';
import { type OpenedObject, withOpened } from '../open-in-core.js';
import type { RelocationSections } from '../references/relocation-sections.js';
import type { ElfSections } from '../sections.js';
import { type ElfSymbolTable, symbolTableOf } from '../symtab.js';
import { tablesInCore } from '../tables-in-core.js';
import { columnCopier } from './columns-in-core.js';

/** Headers, names and symbols of an object, in memory of their own. Names of sections were checked. */
export interface HeldTables {
  readonly sections: ElfSections;
  readonly table: ElfSymbolTable | null;
  /** By section number; null for tables, which say something of other sections and are in no image. */
  useOf(section: number): SectionUse | null;
  /** Sections whose content the core could not check: it has addends, or numbers of symbols. */
  readonly unchecked: readonly number[];
  /** Relocation sections of the sections whose content an image has. */
  readonly relocations: RelocationSections;
  /** Null where they were not asked for. */
  readonly named: NamedSymbols | null;
}

/** Symbols that relocations name: of section s, `symbol` from `first[s]` to `first[s + 1]`, each once. */
export interface NamedSymbols {
  readonly first: Int32Array;
  readonly symbol: Int32Array;
}

const USES: Readonly<Record<number, SectionUse>> = {
  [Use.CODE]: 'code',
  [Use.CONSTANT]: 'constant',
  [Use.DATA]: 'data',
  [Use.ZERO]: 'zero',
  [Use.TLS]: 'tls',
  [Use.CONSTRUCTORS]: 'constructors',
  [Use.DESTRUCTORS]: 'destructors',
  [Use.DIRECTIVE]: 'directive',
  [Use.ADDRSIG]: 'addrsig',
  [Use.UNWIND]: 'unwind',
  [Use.IGNORED]: 'ignored',
  [Use.OTHER]: 'other',
};

/**
 * Checks an object, and keeps its tables.
 * @param collectsTargets whether the symbols that relocations name are asked for
 * @param more reads more of the object while it is open
 * @throws MalformedError for a broken object
 * @throws UnreadableError for an ELF file that is not an object, for compact relocations and for addends beyond 2⁵³
 */
export const readHeldTables = <More>(
  object: ByteSource,
  collectsTargets: boolean,
  more: (opened: OpenedObject, table: ElfSymbolTable | null) => More,
): HeldTables & More =>
  withOpened(object, (opened) => {
    const { exports } = opened.core;
    const unchecked = exports.elfCheckContents(opened.isMips, collectsTargets);
    const named = collectsTargets ? namedSymbols(opened) : null;
    const uses = opened.core.bytes(unsigned(exports.elfUses()), opened.sectionCount).slice();
    const held = heldTables(object, opened);
    return {
      ...held,
      useOf: (section) => USES[uses[section]] ?? null,
      unchecked: Array.from({ length: unchecked }, (_, at) => exports.elfUnchecked(at)),
      relocations: relocationSections(opened.core),
      named,
      ...more(opened, held.table),
    };
  });

function namedSymbols({ core, sectionCount }: OpenedObject): NamedSymbols {
  const first = core.numbers(core.exports.elfFirstNamed(), sectionCount + 1);
  return { first, symbol: core.numbers(core.exports.elfNamed(), first[sectionCount]) };
}

/** Columns in the order of `elfTableColumn` in src/core/elf/image.ts. */
const TABLE_COLUMNS = {
  number: [0, Int32Array],
  section: [1, Int32Array],
  offset: [2, Float64Array],
  size: [3, Float64Array],
} as const;

function relocationSections(core: Core): RelocationSections {
  const count = core.exports.elfTableCount();
  const columnOf = columnCopier(core, TABLE_COLUMNS, core.exports.elfTableColumn);
  return {
    number: columnOf('number', count),
    section: columnOf('section', count),
    offset: columnOf('offset', count),
    size: columnOf('size', count),
  };
}

function heldTables(
  object: ByteSource,
  { core, header }: OpenedObject,
): Pick<HeldTables, 'sections' | 'table'> {
  const { sections: read, table } = tablesInCore(core, object, header);
  const { count, namesSection } = read;
  const names = stringTable(read.names.view.copy());
  const sections = { object, header, count, headers: read.headers.copy(), names, namesSection };
  if (table === null) return { sections, table };
  const isShared = table.strings.bytes.byteOffset === read.names.bytes.byteOffset;
  const strings = () => (isShared ? names : stringTable(table.strings.view.copy()));
  const extended = table.extendedIndexes?.copy() ?? null;
  return { sections, table: symbolTableOf(sections, table.section, table.view.copy(), strings, extended) };
}
