import { createHash } from 'node:crypto';
import { NONE, type Selection, type SymbolSink } from '../table.js';
import {
  IMAGE_COMDAT_SELECT_ASSOCIATIVE,
  IMAGE_SCN_LNK_COMDAT,
  IMAGE_SYM_CLASS_EXTERNAL,
  IMAGE_SYM_CLASS_STATIC,
} from './constants.js';
import { type CoffSections, characteristicsOf, sectionAt, sectionBytes, sizeOf } from './sections.js';
import {
  auxCountOf,
  auxiliaryAt,
  type CoffSymbolTable,
  classOf,
  malformedSymbol,
  nameRange,
  sectionNumberOf,
  symbolValue,
  typeOf,
} from './symtab.js';

/** IMAGE_COMDAT_SELECT_*. Old versions of GNU as left it at 0, and GNU ld reads that as ANY. */
const SELECTIONS: readonly Selection[] = [
  'any',
  'no-duplicates',
  'any',
  'same-size',
  'exact-match',
  'associative',
  'largest',
  'newest',
];

/**
 * Whether a symbol is a section symbol: a static symbol with value 0 and an auxiliary record that describes the
 * section. GNU as writes such a record for static functions too; the type field distinguishes them.
 */
export const isSectionDefinition = (table: CoffSymbolTable, symbol: number): boolean =>
  classOf(table, symbol) === IMAGE_SYM_CLASS_STATIC &&
  auxCountOf(table, symbol) > 0 &&
  typeOf(table, symbol) === 0 &&
  symbolValue(table, symbol) === 0;

/** Data of each COMDAT section, by section number. */
interface Comdats {
  readonly groupOf: Int32Array;
  /** Selection of a section whose leader has not been read yet; otherwise 0. */
  readonly awaitsLeader: Uint8Array;
  /** 1 for a section whose own symbol was met. */
  readonly isTold: Uint8Array;
  /** The parent of an associative section; otherwise 0. */
  readonly parent: Int32Array;
}

/**
 * The COMDAT group of each section, by section number (from 1). The section symbol comes first and has the selection;
 * the next symbol of that section is the leader, whose name identifies the group in all objects. (GNU as puts symbols
 * of other sections between the two.) A static leader matches no group of another object. Associative sections belong
 * to their parent's group.
 */
export function readComdats(sections: CoffSections, table: CoffSymbolTable, out: SymbolSink): Int32Array {
  const comdats: Comdats = {
    groupOf: new Int32Array(sections.count + 1).fill(NONE),
    awaitsLeader: new Uint8Array(sections.count + 1),
    isTold: new Uint8Array(sections.count + 1),
    parent: new Int32Array(sections.count + 1),
  };
  for (let symbol = 0; symbol < table.count; symbol += 1 + auxCountOf(table, symbol)) {
    const number = sectionNumberOf(table, symbol);
    if (number < 1 || number > sections.count) continue;
    if ((characteristicsOf(sections, number) & IMAGE_SCN_LNK_COMDAT) === 0) continue;
    if (isSectionDefinition(table, symbol)) noteDefinition(comdats, table, symbol, number);
    else if (comdats.awaitsLeader[number] !== 0) noteLeader(comdats, sections, symbol, number, out);
  }
  noteLost(comdats, sections, out);
  followParents(comdats, table);
  return comdats.groupOf;
}

/**
 * Sections of which the selection is lost. LLD discards such a section with its definitions ("without leader and
 * unassociated"), link.exe refuses the file (LNK1143), and GNU ld takes it for a section like any other.
 */
function noteLost({ groupOf, isTold }: Comdats, sections: CoffSections, out: SymbolSink): void {
  const { table } = sections;
  for (let symbol = 0; symbol < table.count; symbol += 1 + auxCountOf(table, symbol)) {
    const number = sectionNumberOf(table, symbol);
    if (number < 1 || number > sections.count || isTold[number] !== 0 || groupOf[number] !== NONE) continue;
    if ((characteristicsOf(sections, number) & IMAGE_SCN_LNK_COMDAT) === 0) continue;
    if (classOf(table, symbol) !== IMAGE_SYM_CLASS_EXTERNAL) continue;
    const { bytes, start, end } = nameRange(table, symbol);
    groupOf[number] = out.group(out.intern(bytes, start, end), 'lost', sizeOf(sections, number));
  }
}

/** Length 0  Number 12 (u16)  Selection 14 (u8)  NumberHigh 16 (u16, in a bigobj) */
function noteDefinition(comdats: Comdats, table: CoffSymbolTable, symbol: number, number: number): void {
  comdats.isTold[number] = 1;
  const auxiliary = auxiliaryAt(table, symbol);
  const selection = table.view.u8(auxiliary + 14);
  if (selection >= SELECTIONS.length) throw malformedSymbol(table, symbol, `COMDAT selection ${selection}`);
  if (selection !== IMAGE_COMDAT_SELECT_ASSOCIATIVE) {
    comdats.awaitsLeader[number] = selection + 1;
    return;
  }
  const high = table.recordBytes === 20 ? table.view.u16(auxiliary + 16) : 0;
  const parent = high * 0x10000 + table.view.u16(auxiliary + 12);
  if (parent < 1 || parent >= comdats.parent.length)
    throw malformedSymbol(table, symbol, `no section ${parent} to be associated with`);
  comdats.parent[number] = parent;
}

function noteLeader(
  comdats: Comdats,
  sections: CoffSections,
  symbol: number,
  number: number,
  out: SymbolSink,
): void {
  const { table } = sections;
  const selection = SELECTIONS[comdats.awaitsLeader[number] - 1];
  comdats.awaitsLeader[number] = 0;
  if (classOf(table, symbol) !== IMAGE_SYM_CLASS_EXTERNAL) return;
  const { bytes, start, end } = nameRange(table, symbol);
  const signature = out.intern(bytes, start, end);
  const digest = selection === 'exact-match' ? contentDigest(sections, number) : 0;
  comdats.groupOf[number] = out.group(signature, selection, sizeOf(sections, number), digest);
}

/**
 * link.exe and lld-link compare the contents. CheckSum does not suffice: assemblers leave it at 0, and CRCs collide.
 */
function contentDigest(sections: CoffSections, number: number): number {
  const { bytes } = sectionBytes(sections, sectionAt(sections, number), 'COMDAT section');
  return createHash('sha256').update(bytes).digest().readUIntBE(0, 6);
}

/** A parent may be associative too. Each chain is walked once, and its group written to all of it. */
function followParents({ groupOf, parent }: Comdats, table: CoffSymbolTable): void {
  for (let number = 1; number < parent.length; number++) {
    const chain: number[] = [];
    let root = number;
    while (parent[root] !== 0) {
      chain.push(root);
      root = parent[root];
      if (chain.length > parent.length) throw table.view.error(0, `section ${number} is its own parent`);
    }
    for (const section of chain) {
      groupOf[section] = groupOf[root];
      parent[section] = 0;
    }
  }
}
