import type { ByteSource } from '../../bytes/byte-source.js';
import {
  ABSOLUTE_SECTION,
  type ImageGroup,
  type ImageRelocation,
  type ImageSection,
  type ImageSymbol,
  type ObjectImage,
  type SectionUse,
  UNDEFINED_SECTION,
  UNLISTED_SECTION,
} from '../image/object-image.js';
import { NONE } from '../table.js';
import {
  WASM_COMDAT_DATA,
  WASM_COMDAT_FUNCTION,
  WASM_SEC_CODE,
  WASM_SEC_CUSTOM,
  WASM_SEC_DATA,
  WASM_SEC_IMPORT,
  WASM_SEGMENT_FLAG_RETAIN,
  WASM_SEGMENT_FLAG_TLS,
  WASM_SYMBOL_ABSOLUTE,
  WASM_SYMBOL_BINDING_LOCAL,
  WASM_SYMBOL_BINDING_WEAK,
  WASM_SYMBOL_TYPE_DATA,
  WASM_SYMBOL_TYPE_FUNCTION,
  WASM_SYMBOL_TYPE_SECTION,
  WASM_SYMBOL_UNDEFINED,
} from './constants.js';
import { importTexts, STACK_POINTER } from './image-imports.js';
import { type ImageLinking, readImageLinking } from './image-linking.js';
import { R_WASM_TYPE_INDEX_LEB, readRelocations, type WasmRelocation } from './image-relocations.js';
import { readImports } from './imports.js';
import { readLinking } from './linking.js';
import { nameText } from './reader.js';
import { openSection, readSections, type WasmSection } from './sections.js';
import { readSegmentData, sideEffectOf, stateOf, THREAD_STATE } from './segments.js';
import { readSymbols, type WasmSymbol } from './symbols.js';

/** The parts of an object that are rows of `ObjectImage.sections`: function bodies, data segments, custom sections. */
interface Rows {
  readonly sections: ImageSection[];
  /** Row of each function by its index (imported ones: NONE), of each segment, and of each custom section. */
  readonly functions: Map<number, number>;
  readonly segments: Map<number, number>;
  readonly customs: Map<number, number>;
}

/** Data of the whole object that reading its parts needs. */
interface Reading {
  readonly object: ByteSource;
  readonly sections: readonly WasmSection[];
  readonly linking: ImageLinking;
  readonly symbols: readonly WasmSymbol[];
  /** By number of a symbol: its row in the image, or NONE. */
  readonly rowOf: Int32Array;
  readonly relocations: ReadonlyMap<number, readonly WasmRelocation[]>;
}

/**
 * The image of a WebAssembly object. Sections whose entries are no parts to a linker (types, imports, tables,
 * elements), target features and unknown linking data are attributes, as they are stored.
 * @throws MalformedError for a broken object
 * @throws UnreadableError for relocations and linking data that are not known
 */
export function readWasmImage(object: ByteSource): ObjectImage {
  const sections = readSections(object);
  const find = (name: string) => sections.find((section) => section.name === name);
  const imports = readImports(
    openSection(
      object,
      sections.find(({ id }) => id === WASM_SEC_IMPORT),
      'import section',
    ),
  );
  const linkingSection = find('linking');
  const linking = readImageLinking(openSection(object, linkingSection, 'linking section'));
  const symbols =
    linkingSection === undefined
      ? []
      : readSymbols(
          object,
          imports,
          readLinking(openSection(object, linkingSection, 'linking section'), NO_SINK),
        );
  let next = 0;
  const rowOf = Int32Array.from(symbols, ({ name }) => (name === null ? NONE : next++));
  const reading = {
    object,
    sections,
    linking,
    symbols,
    rowOf,
    relocations: readRelocations(object, sections),
  };
  const rows = readRows(reading, imports.functions.length);
  return {
    attributes: attributesOf(reading),
    sections: rows.sections,
    symbols: symbols.flatMap((symbol, number) =>
      symbol.name === null ? [] : [imageSymbol(rows, symbol, number)],
    ),
    groups: linking.comdats.map((comdat) => imageGroup(rows, comdat)),
  };
}

/** Groups and names are read for their own sake here. */
const NO_SINK = { intern: () => 0, group: () => 0, symbol: () => {} };

const IGNORED = /^(name|producers|\.debug_.*|reloc\..*|linking|external_debug_info)$/;

/** Sections that are decoded. */
const DIVIDED = new Set([WASM_SEC_IMPORT, WASM_SEC_CODE, WASM_SEC_DATA]);

function attributesOf({ object, sections, linking }: Reading): string[] {
  const imports = sections.find(({ id }) => id === WASM_SEC_IMPORT);
  const attributes = [...linking.unknown, ...importTexts(openSection(object, imports, 'import section'))];
  for (const { id, name, offset, size } of sections) {
    const isStored = id === WASM_SEC_CUSTOM ? name === 'target_features' : !DIVIDED.has(id);
    if (!isStored) continue;
    const { bytes } = object.view(offset, size, 'section');
    attributes.push(`section ${id} ${name} ${Buffer.from(bytes).toString('hex')}`);
  }
  return attributes.sort();
}

function readRows(reading: Reading, importedFunctions: number): Rows {
  const rows: Rows = { sections: [], functions: new Map(), segments: new Map(), customs: new Map() };
  addFunctions(reading, rows, importedFunctions);
  addSegments(reading, rows);
  addCustoms(reading, rows);
  addConstructors(reading, rows);
  return withGroups(reading, rows);
}

interface Part {
  readonly number: number;
  readonly name: string;
  readonly use: SectionUse;
  readonly flags?: number;
  readonly alignment?: number;
  readonly isWritable?: boolean;
}

/** A range of a section's content as a part of its own, with the relocations that lie in it. */
function partOf(reading: Reading, section: number, start: number, size: number, part: Part): ImageSection {
  const { object, sections, relocations } = reading;
  const bytes = Uint8Array.from(object.view(sections[section].offset + start, size, 'content').bytes);
  const own = within(relocations.get(section) ?? [], start, size);
  for (const { offset, width } of own) {
    if (offset + width > start + size)
      throw object.error(sections[section].offset + offset, 'a relocation past its part');
    bytes.fill(0, offset - start, offset - start + width);
  }
  return {
    type: 0,
    entrySize: 0,
    group: NONE,
    follows: NONE,
    ...part,
    flags: BigInt(part.flags ?? 0),
    alignment: part.alignment ?? 1,
    isWritable: part.isWritable ?? false,
    size,
    bytes,
    relocations: own.map((relocation) => imageRelocation(reading, relocation, start)),
  };
}

/** Relocations of a range; they are in the order of their offsets. */
function within(
  relocations: readonly WasmRelocation[],
  start: number,
  size: number,
): readonly WasmRelocation[] {
  const firstAt = (offset: number): number => {
    let [low, high] = [0, relocations.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (relocations[middle].offset < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return relocations.slice(firstAt(start), firstAt(start + size));
}

function imageRelocation(
  { object, symbols, rowOf }: Reading,
  { offset, type, index, addend }: WasmRelocation,
  start: number,
): ImageRelocation {
  const place = { offset: offset - start, type, section: NONE };
  // Types are attributes as they are stored, so their numbers are equal where those are.
  if (type === R_WASM_TYPE_INDEX_LEB) return { ...place, symbol: NONE, addend: index };
  if (index >= symbols.length) throw object.error(0, `a relocation to symbol ${index} of ${symbols.length}`);
  return { ...place, symbol: rowOf[index], addend };
}

function addFunctions(reading: Reading, rows: Rows, imported: number): void {
  const { object, sections } = reading;
  const section = sections.findIndex(({ id }) => id === WASM_SEC_CODE);
  if (section < 0) return;
  const reader = openSection(object, sections[section], 'code section');
  const count = reader.uleb();
  for (let index = 0; index < count; index++) {
    const size = reader.uleb();
    const start = reader.position;
    reader.skip(size);
    rows.functions.set(imported + index, rows.sections.length);
    rows.sections.push(
      partOf(reading, section, start, size, { number: imported + index, name: 'code', use: 'code' }),
    );
  }
}

function addSegments(reading: Reading, rows: Rows): void {
  const { object, sections, linking } = reading;
  const section = sections.findIndex(({ id }) => id === WASM_SEC_DATA);
  if (section < 0) return;
  const { ranges } = readSegmentData(object, sections);
  const described = linking.segments.map(({ name, flags }) => ({
    name: { bytes: new Uint8Array(0), start: 0, end: 0 },
    text: name,
    isThreadLocal: (flags & WASM_SEGMENT_FLAG_TLS) !== 0,
    isRetained: (flags & WASM_SEGMENT_FLAG_RETAIN) !== 0,
  }));
  const state = stateOf(described);
  for (const [number, { start, size }] of ranges.entries()) {
    const { name, alignment, flags } = linking.segments[number] ?? { name: '', alignment: 1, flags: 0 };
    const isOfSet = described[number] !== undefined && sideEffectOf(described[number]) !== null;
    const use = isOfSet
      ? 'other'
      : state[number] === THREAD_STATE
        ? 'tls'
        : state[number]
          ? 'data'
          : 'constant';
    rows.segments.set(number, rows.sections.length);
    rows.sections.push(
      partOf(reading, section, start, size, {
        number,
        name,
        use,
        flags,
        alignment,
        isWritable: state[number] > 0,
      }),
    );
  }
}

function addCustoms(reading: Reading, rows: Rows): void {
  for (const [number, { id, name, size }] of reading.sections.entries()) {
    if (id !== WASM_SEC_CUSTOM || IGNORED.test(name) || name === 'target_features') continue;
    rows.customs.set(number, rows.sections.length);
    rows.sections.push(partOf(reading, number, 0, size, { number, name, use: 'other' }));
  }
}

/** One part for each priority, with a relocation for each constructor. */
function addConstructors({ linking, rowOf, object }: Reading, rows: Rows): void {
  const byPriority = new Map<number, ImageRelocation[]>();
  for (const [at, { priority, symbol }] of linking.initFunctions.entries()) {
    if (symbol >= rowOf.length) throw object.error(0, `no symbol ${symbol} to be a constructor`);
    const own = byPriority.get(priority) ?? [];
    byPriority.set(priority, own);
    own.push({ offset: at, type: 0, symbol: rowOf[symbol], section: NONE, addend: 0 });
  }
  for (const [priority, relocations] of byPriority)
    rows.sections.push({
      number: NONE,
      name: `init_funcs.${priority}`,
      use: 'constructors',
      type: 0,
      flags: 0n,
      isWritable: false,
      alignment: 1,
      entrySize: 0,
      size: 0,
      bytes: new Uint8Array(0),
      relocations,
      group: NONE,
      follows: NONE,
    });
}

const rowOfEntry = (
  rows: Rows,
  { kind, index }: { readonly kind: number; readonly index: number },
): number => {
  const table =
    kind === WASM_COMDAT_FUNCTION ? rows.functions : kind === WASM_COMDAT_DATA ? rows.segments : rows.customs;
  return table.get(index) ?? NONE;
};

function withGroups({ linking }: Reading, rows: Rows): Rows {
  for (const [group, { entries }] of linking.comdats.entries())
    for (const entry of entries) {
      const row = rowOfEntry(rows, entry);
      if (row !== NONE) rows.sections[row] = { ...rows.sections[row], group };
    }
  return rows;
}

const imageGroup = (rows: Rows, { name, flags, entries }: ImageLinking['comdats'][number]): ImageGroup => ({
  signature: name,
  sections: entries.map((entry) => rowOfEntry(rows, entry)).filter((row) => row !== NONE),
  rule: `comdat ${flags}`,
});

function imageSymbol(rows: Rows, symbol: WasmSymbol, number: number): ImageSymbol {
  const { type, flags, name, element, size, offset } = symbol;
  const isLocal = (flags & WASM_SYMBOL_BINDING_LOCAL) !== 0;
  const isWeak = (flags & WASM_SYMBOL_BINDING_WEAK) !== 0;
  const section = sectionOf(rows, symbol);
  const text = name === null ? '' : nameText(name);
  const isUndefined = section === UNDEFINED_SECTION;
  // Undefined functions are identified by the number of their import, which has the type; so are parts without a row.
  const isNumbered = section === UNLISTED_SECTION || (isUndefined && type === WASM_SYMBOL_TYPE_FUNCTION);
  return {
    number,
    name: text,
    section,
    value: BigInt(isNumbered ? element : isUndefined ? 0 : offset),
    size: BigInt(size),
    binding: isLocal ? 'local' : isWeak ? 'weak' : 'global',
    type,
    other: flags,
    marker: isUndefined && text === STACK_POINTER ? 'linker-defined' : null,
  };
}

function sectionOf(rows: Rows, { type, flags, element }: WasmSymbol): number {
  if ((flags & WASM_SYMBOL_UNDEFINED) !== 0) return UNDEFINED_SECTION;
  if (type === WASM_SYMBOL_TYPE_DATA)
    return (flags & WASM_SYMBOL_ABSOLUTE) !== 0
      ? ABSOLUTE_SECTION
      : (rows.segments.get(element) ?? UNLISTED_SECTION);
  if (type === WASM_SYMBOL_TYPE_FUNCTION) return rows.functions.get(element) ?? UNLISTED_SECTION;
  return type === WASM_SYMBOL_TYPE_SECTION
    ? (rows.customs.get(element) ?? UNLISTED_SECTION)
    : UNLISTED_SECTION;
}
