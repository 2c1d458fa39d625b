import type { ByteSource } from '../../bytes/byte-source.js';
import type { SymbolEdit } from '../symbol-edit.js';
import {
  WASM_SEC_CUSTOM,
  WASM_SEC_ELEM,
  WASM_SEC_FUNCTION,
  WASM_SEC_IMPORT,
  WASM_SYMBOL_TYPE_FUNCTION,
  WASM_SYMBOL_UNDEFINED,
} from './constants.js';
import { readRelocations, type WasmRelocation } from './image-relocations.js';
import { readImports, type WasmImports } from './imports.js';
import { readLinking } from './linking.js';
import { nameText, type WasmReader } from './reader.js';
import { openSection, readSections, type WasmSection } from './sections.js';
import { readSymbols, type WasmSymbol } from './symbols.js';

/** One form of a module, read for the comparison. */
interface Form {
  readonly object: ByteSource;
  readonly sections: readonly WasmSection[];
  readonly imports: WasmImports;
  readonly symbols: readonly WasmSymbol[];
  readonly relocations: ReadonlyMap<number, readonly WasmRelocation[]>;
}

const NO_SINK = { intern: () => 0, group: () => 0, symbol: () => {} };

function readForm(object: ByteSource): Form {
  const sections = readSections(object);
  const open = (find: (section: WasmSection) => boolean, what: string) =>
    openSection(object, sections.find(find), what);
  const imports = readImports(open(({ id }) => id === WASM_SEC_IMPORT, 'import section'));
  const linking = readLinking(
    open(({ id, name }) => id === WASM_SEC_CUSTOM && name === 'linking', 'linking data'),
    NO_SINK,
  );
  return {
    object,
    sections,
    imports,
    symbols: readSymbols(object, imports, linking),
    relocations: readRelocations(object, sections),
  };
}

/**
 * Describes an unexpected difference between a WebAssembly module and its edited form; null if there is none. Sections
 * must be equal except for the linking data. If functions became undefined, imports are added, and every function index
 * must be the one in the symbols of the edited form.
 */
export function differenceInWasm(
  before: ByteSource,
  after: ByteSource,
  edits: readonly SymbolEdit[],
): string | null {
  const [magic, other] = [before, after].map((object) => Buffer.from(object.view(0, 8, 'header').bytes));
  if (!magic.equals(other)) return 'has another header';
  const [old, now] = [readForm(before), readForm(after)];
  if (old.sections.length !== now.sections.length)
    return `has ${now.sections.length} sections, and had ${old.sections.length}`;
  const rows = edits
    .filter(({ action, symbol }) => action === 'undefine' && isDefinedFunction(old.symbols[symbol]))
    .map(({ symbol }) => symbol)
    .sort((one, other) => one - other);
  const wrong = differenceInIndexes(old, now, rows);
  if (wrong !== null) return wrong;
  for (const at of old.sections.keys()) {
    const problem = differenceInSection(old, now, at, rows);
    if (problem !== null) return problem;
  }
  return null;
}

const isDefinedFunction = (symbol: WasmSymbol | undefined): boolean =>
  symbol?.type === WASM_SYMBOL_TYPE_FUNCTION && (symbol.flags & WASM_SYMBOL_UNDEFINED) === 0;

/** Symbols name the function, segment, global or table that they named; undefined functions their imports. */
function differenceInIndexes(old: Form, now: Form, rows: readonly number[]): string | null {
  if (old.symbols.length !== now.symbols.length) return 'has other symbols';
  const first = old.imports.functions.length;
  for (const [row, symbol] of old.symbols.entries()) {
    const place = rows.indexOf(row);
    const isMoved = symbol.type === WASM_SYMBOL_TYPE_FUNCTION && symbol.element >= first;
    const kept = isMoved ? symbol.element + rows.length : symbol.element;
    const found = now.symbols[row].element;
    const isData = now.symbols[row].type !== WASM_SYMBOL_TYPE_FUNCTION && found < 0;
    if (found !== (place < 0 ? kept : first + place) && !isData) return `symbol ${row} names another place`;
  }
  return null;
}

function differenceInSection(old: Form, now: Form, at: number, rows: readonly number[]): string | null {
  const [section, other] = [old.sections[at], now.sections[at]];
  if (section.id !== other.id || section.name !== other.name) return `has another section ${at}`;
  if (section.name === 'linking') return null;
  if (rows.length > 0 && section.id === WASM_SEC_IMPORT) return differenceInImports(old, now, rows);
  if (rows.length > 0 && section.id === WASM_SEC_ELEM) return differenceInElements(old, now, rows);
  return differenceInContent(old, now, at, rows.length > 0);
}

/** @param isMoved whether relocations name functions of other indexes */
function differenceInContent(old: Form, now: Form, at: number, isMoved: boolean): string | null {
  const [one, two] = [old, now].map(({ object, sections }) => contentOf(object, sections[at]));
  if (one.length !== two.length) return `section ${at} has another size`;
  const moved = isMoved ? (now.relocations.get(at) ?? []).filter(isFunctionIndex) : [];
  for (const { type, offset, index, width } of moved) {
    if (numberIn(two, offset, type) !== now.symbols[index]?.element)
      return `relocation at ${offset} of section ${at} names another function`;
    for (const bytes of [one, two]) bytes.fill(0, offset, offset + width);
  }
  return one.equals(two) ? null : `differs in section ${at}, which has no symbols`;
}

const contentOf = (object: ByteSource, { offset, size }: WasmSection): Buffer =>
  Buffer.from(object.view(offset, size, 'section').bytes);

const isFunctionIndex = ({ type }: WasmRelocation): boolean =>
  type === FUNCTION_INDEX_LEB || type === FUNCTION_INDEX_I32;

/** R_WASM_FUNCTION_INDEX_LEB, R_WASM_FUNCTION_INDEX_I32: as the tool conventions number them. */
const [FUNCTION_INDEX_LEB, FUNCTION_INDEX_I32] = [0, 26];

function numberIn(bytes: Uint8Array, offset: number, type: number): number {
  let value = 0;
  for (let byte = 0; byte < 5 && type === FUNCTION_INDEX_LEB; byte++)
    value += (bytes[offset + byte] & 0x7f) * 128 ** byte;
  for (let byte = 0; byte < 4 && type === FUNCTION_INDEX_I32; byte++)
    value += bytes[offset + byte] * 256 ** byte;
  return value;
}

/** The imports of before, and one of each function that became undefined: `env.NAME` of its type. */
function differenceInImports(old: Form, now: Form, rows: readonly number[]): string | null {
  const entries = ({ object, sections }: Form) => {
    const reader = openSection(
      object,
      sections.find(({ id }) => id === WASM_SEC_IMPORT),
      'import section',
    );
    const count = reader.uleb();
    return { count, bytes: Buffer.from(reader.view.bytes.subarray(reader.position)) };
  };
  const [before, after] = [entries(old), entries(now)];
  const types = typesOf(old);
  const added = rows.map((row) => {
    const { name, element } = old.symbols[row];
    const field = Buffer.from(name === null ? '' : nameText(name), 'latin1');
    const type = types[element - old.imports.functions.length];
    return Buffer.concat([Buffer.from('\x03env'), uleb(field.length), field, Buffer.of(0), uleb(type)]);
  });
  const isWhole = Buffer.concat([before.bytes, ...added]).equals(after.bytes);
  return isWhole && after.count === before.count + rows.length ? null : 'has other imports than planned';
}

const uleb = (value: number): Buffer =>
  value < 128
    ? Buffer.of(value)
    : Buffer.concat([Buffer.of((value & 0x7f) | 0x80), uleb(Math.floor(value / 128))]);

function typesOf({ object, sections }: Form): number[] {
  const reader = openSection(
    object,
    sections.find(({ id }) => id === WASM_SEC_FUNCTION),
    'function section',
  );
  return Array.from({ length: reader.isAtEnd ? 0 : reader.uleb() }, () => reader.uleb());
}

/** Numbers after the head of each segment are functions: each is moved, or the import that took its symbol. */
function differenceInElements(old: Form, now: Form, rows: readonly number[]): string | null {
  const [before, after] = [old, now].map(({ object, sections }) =>
    openSection(
      object,
      sections.find(({ id }) => id === WASM_SEC_ELEM),
      'element section',
    ),
  );
  const first = old.imports.functions.length;
  const given = new Map(rows.map((row, at) => [old.symbols[row].element, first + at]));
  const count = before.uleb();
  let isSame = count === after.uleb();
  for (let segment = 0; segment < count && isSame; segment++) {
    const [head, other] = [headOf(before), headOf(after)];
    const entries = before.uleb();
    isSame = head.equals(other) && entries === after.uleb();
    for (let entry = 0; entry < entries && isSame; entry++) {
      const [index, found] = [before.uleb(), after.uleb()];
      isSame = found === given.get(index) || found === (index < first ? index : index + rows.length);
    }
  }
  return isSame && before.isAtEnd && after.isAtEnd ? null : 'has other table entries than planned';
}

/** Flags, table, the offset as an expression of one number, and the kind of the elements. */
function headOf(reader: WasmReader): Buffer {
  const start = reader.position;
  const flags = reader.uleb();
  if ((flags & 2) !== 0) reader.uleb();
  reader.u8();
  reader.sleb();
  reader.u8();
  if ((flags & 2) !== 0) reader.u8();
  return Buffer.from(reader.view.bytes.subarray(start, reader.position));
}
