import type { ByteView } from '../../bytes/byte-view.js';
import { signedWord } from '../../bytes/signed-word.js';
import { budgetOf, namesLimit, type Spend } from '../budget.js';
import type { SideEffect } from '../object-format.js';
import { bytesEntry, slotEntry } from '../side-effect-entries.js';
import {
  IMAGE_FILE_MACHINE_AMD64,
  IMAGE_FILE_MACHINE_ARMNT,
  IMAGE_FILE_MACHINE_I386,
  IMAGE_REL_AMD64_ADDR64,
  IMAGE_REL_ARM64_ADDR64,
  IMAGE_SCN_LNK_NRELOC_OVFL,
} from './constants.js';
import type { CoffHeader } from './header.js';
import { type CoffSection, type CoffSections, sectionBytes } from './sections.js';
import type { CoffSurvey } from './survey.js';
import { symbolName } from './symtab.js';

/** Data that reading the side effects of a section needs. */
interface Reading {
  readonly sections: CoffSections;
  readonly addr64: number;
  readonly spendBytes: Spend;
  readonly spendRelocations: Spend;
  readonly spendText: Spend;
}

/** One side effect for each section that acts and is not empty, in the order of the sections. */
export function readSideEffects(
  sections: CoffSections,
  header: CoffHeader,
  { acting }: CoffSurvey,
): SideEffect[] {
  if (acting.length === 0) return [];
  const { object, table } = sections;
  const reading: Reading = {
    sections,
    addr64: addr64Of(header.machineNumber),
    spendBytes: budgetOf(object, 'constructors and registries'),
    spendRelocations: budgetOf(object, 'relocations'),
    spendText: budgetOf(object, 'names of what sections hold', namesLimit(table.strings.bytes.length)),
  };
  return acting.map(({ section, kind }) => ({
    kind,
    section: section.name,
    entries: kind === 'counters' ? [`${section.size} bytes`] : slotsOf(reading, section),
  }));
}

/** The type of relocation that fills eight bytes; −1 where pointers have four. */
function addr64Of(machine: number): number {
  if (machine === IMAGE_FILE_MACHINE_I386 || machine === IMAGE_FILE_MACHINE_ARMNT) return -1;
  return machine === IMAGE_FILE_MACHINE_AMD64 ? IMAGE_REL_AMD64_ADDR64 : IMAGE_REL_ARM64_ADDR64;
}

/**
 * One entry for each relocation, then a digest of the bytes unless they are all zero: COFF keeps addends in the
 * relocated bytes, and other data may lie between the slots.
 */
function slotsOf(reading: Reading, section: CoffSection): string[] {
  const slots = sectionBytes(reading.sections, section, 'constructors or registry');
  reading.spendBytes(slots.length);
  const relocations = readRelocations(reading, section);
  const entries: string[] = [];
  for (let at = 0; at < relocations.length; at += RELOCATION_BYTES) {
    const entry = slotOf(reading, slots, relocations, at);
    reading.spendText(entry.length);
    entries.push(entry);
  }
  const isZero = slots.bytes.every((byte) => byte === 0);
  return isZero && entries.length > 0 ? entries : [...entries, bytesEntry(slots.bytes)];
}

/** VirtualAddress 0  SymbolTableIndex 4  Type 8 (u16) */
const RELOCATION_BYTES = 10;

/**
 * A count over 0xFFFF is in the VirtualAddress of the first relocation, which it includes (IMAGE_SCN_LNK_NRELOC_OVFL).
 */
function readRelocations({ sections, spendRelocations }: Reading, section: CoffSection): ByteView {
  const { relocationsOffset: offset, relocationCount: count, characteristics } = section;
  const { object } = sections;
  const isOverflown = count === 0xffff && (characteristics & IMAGE_SCN_LNK_NRELOC_OVFL) !== 0;
  const trueCount = isOverflown
    ? object.view(offset, RELOCATION_BYTES, 'relocation count').u32(0) - 1
    : count;
  const start = isOverflown ? offset + RELOCATION_BYTES : offset;
  spendRelocations(Math.max(0, trueCount) * RELOCATION_BYTES);
  return object.view(trueCount > 0 ? start : 0, Math.max(0, trueCount) * RELOCATION_BYTES, 'relocations');
}

function slotOf({ sections, addr64 }: Reading, slots: ByteView, relocations: ByteView, at: number): string {
  const symbol = relocations.u32(at + 4);
  if (symbol >= sections.table.count) throw relocations.error(at, `no symbol ${symbol} to relocate by`);
  const is64 = relocations.u16(at + 8) === addr64;
  const offset = relocations.u32(at);
  const fits = offset + (is64 ? 8 : 4) <= slots.length;
  return slotEntry(symbolName(sections.table, symbol), fits ? signedWord(slots, offset, is64) : 0);
}
