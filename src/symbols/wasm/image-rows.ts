import type { ImageRelocation, ImageSection, SectionUse } from '../image/object-image.js';
import { NONE } from '../table.js';
import {
  WASM_COMDAT_DATA,
  WASM_COMDAT_FUNCTION,
  WASM_SEC_CODE,
  WASM_SEC_CUSTOM,
  WASM_SEC_DATA,
  WASM_SEGMENT_FLAG_RETAIN,
  WASM_SEGMENT_FLAG_TLS,
} from './constants.js';
import { partOf, type Reading } from './image-part.js';
import { openSection } from './sections.js';
import { readSegmentData, sideEffectOf, stateOf, THREAD_STATE } from './segments.js';

/** The parts of an object that are rows of `ObjectImage.sections`: function bodies, data segments, custom sections. */
export interface Rows {
  readonly sections: ImageSection[];
  /** Row of each function by its index (imported ones: NONE), of each segment, and of each custom section. */
  readonly functions: Map<number, number>;
  readonly segments: Map<number, number>;
  readonly customs: Map<number, number>;
}

export function readRows(reading: Reading, importedFunctions: number): Rows {
  const rows: Rows = { sections: [], functions: new Map(), segments: new Map(), customs: new Map() };
  addFunctions(reading, rows, importedFunctions);
  addSegments(reading, rows);
  addCustoms(reading, rows);
  addConstructors(reading, rows);
  return withGroups(reading, rows);
}

const IGNORED = /^(name|producers|\.debug_.*|reloc\..*|linking|external_debug_info)$/;

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
    rows.segments.set(number, rows.sections.length);
    rows.sections.push(
      partOf(reading, section, start, size, {
        number,
        name,
        use: isOfSet ? 'other' : useOf(state[number]),
        flags,
        alignment,
        isWritable: state[number] > 0,
      }),
    );
  }
}

function useOf(state: number): SectionUse {
  if (state === THREAD_STATE) return 'tls';
  return state > 0 ? 'data' : 'constant';
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

/** Row of the function, segment or section that an entry of a COMDAT group names, or NONE. */
export const rowOfEntry = (
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
