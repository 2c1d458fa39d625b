import type { ByteSource } from '../../bytes/byte-source.js';
import { budgetOf, namesLimit } from '../budget.js';
import type { SideEffect } from '../object-format.js';
import { bytesEntry, slotEntry } from '../side-effect-entries.js';
import { WASM_SEC_CUSTOM } from './constants.js';
import type { WasmLinking } from './linking.js';
import { nameText, type WasmReader } from './reader.js';
import { openSection, type WasmSection } from './sections.js';
import { readSegmentData, type SegmentRange, sideEffectOf } from './segments.js';
import type { WasmSymbol } from './symbols.js';

/** Constructors by priority, then registries in the order of the segments. */
export function readSideEffects(
  object: ByteSource,
  sections: readonly WasmSection[],
  linking: WasmLinking,
  symbols: readonly WasmSymbol[],
): SideEffect[] {
  return [
    ...constructors(object, linking, symbols),
    ...actingSegments(object, sections, linking, symbols),
    ...customSections(object, sections),
  ];
}

/** Custom sections for tools, which linkers concatenate by name. */
const USUAL_CUSTOM =
  /^(linking|name|producers|target_features|dylink(\.0)?|reloc\..*|\.debug_.*|\.llvmbc|\.llvmcmd|__clangast)$/;

function customSections(object: ByteSource, sections: readonly WasmSection[]): SideEffect[] {
  const own = sections.filter(({ id, name }) => id === WASM_SEC_CUSTOM && !USUAL_CUSTOM.test(name));
  return own.map((section) => ({
    kind: 'note',
    section: section.name,
    entries: [bytesEntry(openSection(object, section, section.name).view.bytes)],
  }));
}

/** Features that a WebAssembly engine must have to run the object. */
export function readTraits(object: ByteSource, sections: readonly WasmSection[]): string {
  const features = sections.find(({ name }) => name === 'target_features');
  if (features === undefined) return '';
  return bytesEntry(openSection(object, features, 'target features').view.bytes);
}

function constructors(
  object: ByteSource,
  { initFunctions }: WasmLinking,
  symbols: readonly WasmSymbol[],
): SideEffect[] {
  const byPriority = new Map<number, string[]>();
  const spendText = budgetOf(object, 'names of constructors', namesLimit(object.size));
  for (const { priority, symbol } of initFunctions) {
    if (symbol >= symbols.length) throw object.error(0, `no symbol ${symbol} to be a constructor`);
    const entries = byPriority.get(priority) ?? [];
    const entry = slotEntry(textOf(symbols[symbol]), 0);
    spendText(entry.length);
    entries.push(entry);
    byPriority.set(priority, entries);
  }
  return [...byPriority].map(([priority, entries]) => ({
    kind: 'constructors',
    section: `init_funcs.${priority}`,
    entries,
  }));
}

const textOf = ({ name, element }: WasmSymbol): string =>
  name === null ? `section ${element}` : nameText(name);

function actingSegments(
  object: ByteSource,
  sections: readonly WasmSection[],
  { segments }: WasmLinking,
  symbols: readonly WasmSymbol[],
): SideEffect[] {
  if (segments.every((segment) => sideEffectOf(segment) === null)) return [];
  const { reader, ranges } = readSegmentData(object, sections);
  const section = sections.find(({ name }) => name === 'reloc.DATA');
  const relocations = readRelocations(object, openSection(object, section, 'reloc.DATA'), symbols);
  const bySegment = distribute(relocations, ranges);
  return segments.flatMap((segment, index) => {
    const range = ranges[index];
    const kind = sideEffectOf(segment);
    if (kind === null || range === undefined || range.size === 0) return [];
    const entries =
      kind === 'counters' || kind === 'retained'
        ? [`${range.size} bytes`]
        : slotsOf(reader, bySegment[index], range);
    return [{ kind, section: segment.text, entries }];
  });
}

interface Relocation {
  /** In the data section's content. */
  readonly offset: number;
  readonly bytes: number;
  readonly entry: string;
}

/** R_WASM_* that carry an addend: addresses of memory, and offsets in functions and sections. */
const HAS_ADDEND = new Set([3, 4, 5, 8, 9, 11, 14, 15, 16, 17, 21, 22, 23, 25]);
/** R_WASM_MEMORY_ADDR_I64, TABLE_INDEX_I64, FUNCTION_OFFSET_I64. */
const FILLS_EIGHT = new Set([16, 19, 22]);
const R_WASM_TYPE_INDEX_LEB = 6;

/** Section, count, and each: type u8, offset, symbol (or type, for TYPE_INDEX_LEB), and for some an addend. */
function readRelocations(
  object: ByteSource,
  reader: WasmReader,
  symbols: readonly WasmSymbol[],
): Relocation[] {
  if (reader.isAtEnd) return [];
  const spendText = budgetOf(object, 'names of what segments hold', namesLimit(object.size));
  reader.uleb();
  const count = reader.uleb();
  const relocations: Relocation[] = [];
  for (let index = 0; index < count; index++) {
    const type = reader.u8();
    const offset = reader.uleb();
    const symbol = reader.uleb();
    const addend = HAS_ADDEND.has(type) ? reader.sleb() : 0;
    if (type === R_WASM_TYPE_INDEX_LEB) continue;
    if (symbol >= symbols.length) throw reader.error(`no symbol ${symbol} to relocate by`);
    const entry = slotEntry(textOf(symbols[symbol]), addend);
    spendText(entry.length);
    relocations.push({ offset, bytes: FILLS_EIGHT.has(type) ? 8 : 4, entry });
  }
  return relocations.sort((one, other) => one.offset - other.offset);
}

/** The relocations of each segment. Both come in the order of their offsets. */
function distribute(relocations: readonly Relocation[], ranges: readonly SegmentRange[]): Relocation[][] {
  let next = 0;
  return ranges.map(({ start, size }) => {
    const within: Relocation[] = [];
    while (next < relocations.length && relocations[next].offset < start + size) {
      if (relocations[next].offset >= start) within.push(relocations[next]);
      next++;
    }
    return within;
  });
}

/** A slot for each relocation, then the bytes that none accounts for, unless they are all zero. */
function slotsOf(
  reader: WasmReader,
  relocations: readonly Relocation[],
  { start, size }: SegmentRange,
): string[] {
  const entries = relocations.map(({ entry }) => entry);
  const bytes = reader.view.bytes.slice(start, start + size);
  // LLVM leaves an address in each slot, which tells where things are in this object and not what they are.
  for (const { offset, bytes: filled } of relocations) bytes.fill(0, offset - start, offset - start + filled);
  const isZero = bytes.every((byte) => byte === 0);
  return isZero && entries.length > 0 ? entries : [...entries, bytesEntry(bytes)];
}
