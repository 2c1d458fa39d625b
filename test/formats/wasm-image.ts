import { ByteSource } from '../../src/bytes/byte-source.js';
import { WASM_SEC_DATA, WASM_SEC_IMPORT } from '../../src/symbols/wasm/constants.js';
import { readImports } from '../../src/symbols/wasm/imports.js';
import type { WasmReader } from '../../src/symbols/wasm/reader.js';
import { openSection, readSections } from '../../src/symbols/wasm/sections.js';
import type { Image } from './read-slots.js';
import { isFunctionRow } from './write-wasm.js';

const WASM_SEC_ELEM = 9;
const WASM_SEC_CODE = 10;
/** Of a function's body: that it has no local variables, and an instruction, whose operand is a marker. */
const BEFORE_MARKER = 2;

/** Reads a linked module, in which a pointer to a function is its place in the table. */
export function wasmImage(file: Buffer): Image {
  const object = ByteSource.of('linked module', file);
  const sections = readSections(object);
  const open = (wanted: number): { readonly reader: WasmReader; readonly start: number } => {
    const section = sections.find(({ id }) => id === wanted);
    return { reader: openSection(object, section, 'section'), start: section?.offset ?? 0 };
  };
  const firstDefined = readImports(open(WASM_SEC_IMPORT).reader).functions.length;
  const bodies = bodiesIn(open(WASM_SEC_CODE));
  const table = tableIn(open(WASM_SEC_ELEM).reader);
  const segments = segmentsIn(open(WASM_SEC_DATA));
  return {
    file,
    pointerBytes: 4,
    offsetOf: (address, symbol) => {
      if (isFunctionRow(symbol)) {
        const body = bodies[(table.get(address) ?? -1) - firstDefined];
        return body === undefined ? -1 : body + BEFORE_MARKER;
      }
      const segment = segments.find((one) => address >= one.address && address - one.address < one.size);
      return segment === undefined ? -1 : segment.offset + address - segment.address;
    },
  };
}

interface Opened {
  readonly reader: WasmReader;
  /** Where the section begins in the file. */
  readonly start: number;
}

function bodiesIn({ reader, start }: Opened): number[] {
  return Array.from({ length: countIn(reader) }, () => {
    const size = reader.uleb();
    const offset = start + reader.position;
    reader.skip(size);
    return offset;
  });
}

/** By place in the table: the function. */
function tableIn(reader: WasmReader): Map<number, number> {
  const table = new Map<number, number>();
  for (let left = countIn(reader); left > 0; left--) {
    reader.uleb();
    const first = constantIn(reader);
    const count = reader.uleb();
    for (let at = 0; at < count; at++) table.set(first + at, reader.uleb());
  }
  return table;
}

function segmentsIn({ reader, start }: Opened) {
  return Array.from({ length: countIn(reader) }, () => {
    reader.uleb();
    const address = constantIn(reader);
    const size = reader.uleb();
    const offset = start + reader.position;
    reader.skip(size);
    return { address, size, offset };
  });
}

const countIn = (reader: WasmReader): number => (reader.isAtEnd ? 0 : reader.uleb());

/** i32.const, a number, end. */
function constantIn(reader: WasmReader): number {
  reader.u8();
  const value = reader.sleb();
  reader.u8();
  return value;
}
