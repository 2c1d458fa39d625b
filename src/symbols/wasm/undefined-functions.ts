import type { ByteSource } from '../../bytes/byte-source.js';
import { EditError } from '../symbol-edit.js';
import {
  WASM_COMDAT_FUNCTION,
  WASM_EXTERNAL_FUNCTION,
  WASM_SEC_ELEM,
  WASM_SEC_EXPORT,
  WASM_SEC_FUNCTION,
  WASM_SEC_IMPORT,
  WASM_SEC_START,
  WASM_SYMBOL_TYPE_FUNCTION,
  WASM_SYMBOL_UNDEFINED,
} from './constants.js';
import {
  R_WASM_FUNCTION_INDEX_I32,
  R_WASM_FUNCTION_INDEX_LEB,
  readRelocations,
} from './image-relocations.js';
import type { WasmImports } from './imports.js';
import type { WasmLinking } from './linking.js';
import { nameText, type WasmReader } from './reader.js';
import { openSection, type WasmSection } from './sections.js';
import type { WasmSymbol } from './symbols.js';
import { WasmWriter } from './writer.js';

/**
 * Functions that become imports. An import comes before all functions that the module defines, so their indexes grow:
 * in symbols, COMDATs, the element section, and where relocations name a function.
 *
 * Source: WebAssembly core specification, 2.5.1 (index spaces); tool conventions, Linking.md (a defined function symbol
 * has the index of its body, an undefined one that of its import).
 */
export interface UndefinedFunctions {
  /** By symbol row: the index of its import. */
  readonly imports: ReadonlyMap<number, number>;
  /** The new index of a function of before. Bodies that no symbol names any more keep one, too. */
  shifted(index: number): number;
  /** The new index of the function that a symbol names. */
  indexOf(row: number): number;
}

/** A module as the editor opened it. */
export interface OpenedModule {
  readonly sections: readonly WasmSection[];
  readonly imported: WasmImports;
  readonly linking: WasmLinking;
  readonly symbols: readonly WasmSymbol[];
}

/** @param rows of function definitions, in the order of the table */
export function undefinedFunctions(
  { imported, symbols }: Pick<OpenedModule, 'imported' | 'symbols'>,
  rows: readonly number[],
): UndefinedFunctions {
  const first = imported.functions.length;
  const imports = new Map(rows.map((row, at) => [row, first + at]));
  const shifted = (index: number) => (index < first ? index : index + rows.length);
  return { imports, shifted, indexOf: (row) => imports.get(row) ?? shifted(symbols[row].element) };
}

/**
 * Contents of all sections but the linking data that change, by their place.
 *
 * @throws EditError where a function index may be in a form that is not known
 */
export function sectionsWithImports(
  object: ByteSource,
  opened: OpenedModule,
  functions: UndefinedFunctions,
): Map<number, Uint8Array> {
  requireKnownForms(object, opened, functions);
  const { sections } = opened;
  const contents = new Map<number, Uint8Array>();
  const at = (id: number) => sections.findIndex((section) => section.id === id);
  contents.set(at(WASM_SEC_IMPORT), importSection(object, opened, functions));
  if (at(WASM_SEC_ELEM) >= 0)
    contents.set(at(WASM_SEC_ELEM), elementSection(object, opened, sections[at(WASM_SEC_ELEM)], functions));
  for (const [place, content] of relocated(object, opened, functions)) contents.set(place, content);
  return contents;
}

function requireKnownForms(
  object: ByteSource,
  { sections, linking, symbols }: OpenedModule,
  { imports }: UndefinedFunctions,
): void {
  const refuse = (problem: string) => new EditError('not-editable', `${object.label}: ${problem}`);
  const has = (id: number) => sections.some((section) => section.id === id && section.size > 0);
  if (!has(WASM_SEC_IMPORT)) throw refuse('undefine of a function without an import section');
  if (has(WASM_SEC_EXPORT) || has(WASM_SEC_START))
    throw refuse('undefine of a function in a module with exports');
  // Of functions by index; wasm-ld reads it.
  const named = sections.find(({ name }) => name === 'name' || name.startsWith('metadata.code.'));
  if (named !== undefined) throw refuse(`undefine of a function in a module with the section ${named.name}`);
  for (const row of imports.keys()) {
    if (linking.initFunctions.some(({ symbol }) => symbol === row))
      throw refuse(`symbol ${row}: undefine of a constructor`);
    if (linking.functionGroups.has(symbols[row].element))
      throw refuse(`symbol ${row}: undefine of a function in a COMDAT`);
  }
}

/** The old entries, and a function `env.NAME` for each symbol, of the type of its body. */
function importSection(
  object: ByteSource,
  { sections, imported, symbols }: OpenedModule,
  { imports }: UndefinedFunctions,
): Uint8Array {
  const open = (id: number, what: string) =>
    openSection(
      object,
      sections.find((section) => section.id === id),
      what,
    );
  const types = functionTypes(open(WASM_SEC_FUNCTION, 'function section'));
  const old = open(WASM_SEC_IMPORT, 'import section');
  const out = new WasmWriter();
  out.uleb(old.uleb() + imports.size);
  out.bytes(old.view.bytes.subarray(old.position));
  for (const row of imports.keys()) {
    const { name, element } = symbols[row];
    out.name('env');
    out.name(name === null ? '' : nameText(name));
    out.u8(WASM_EXTERNAL_FUNCTION);
    out.uleb(types[element - imported.functions.length] ?? 0);
  }
  return out.finish();
}

/** Types of the functions that the module defines. */
export function functionTypes(reader: WasmReader): number[] {
  const count = reader.isAtEnd ? 0 : reader.uleb();
  return Array.from({ length: count }, () => reader.uleb());
}

const [I32_CONST, I64_CONST, GLOBAL_GET, END] = [0x41, 0x42, 0x23, 0x0b];
/** Active in table 0, and active in the table whose number follows. */
const [ACTIVE, ACTIVE_IN] = [0, 2];

/** {flags, table, offset, functions} each. */
function elementSection(
  object: ByteSource,
  opened: OpenedModule,
  section: WasmSection,
  { imports, shifted }: UndefinedFunctions,
): Uint8Array {
  const { symbols } = opened;
  const given = new Map([...imports].map(([row, index]) => [symbols[row].element, index]));
  // A body that another symbol names, too, keeps its entry.
  for (const [row, { type, flags, element }] of symbols.entries())
    if (type === WASM_SYMBOL_TYPE_FUNCTION && (flags & WASM_SYMBOL_UNDEFINED) === 0 && !imports.has(row))
      given.delete(element);
  const reader = openSection(object, section, 'element section');
  const out = new WasmWriter();
  const count = reader.uleb();
  out.uleb(count);
  for (let segment = 0; segment < count; segment++) {
    copyHead(object, reader, out);
    const functions = reader.uleb();
    out.uleb(functions);
    for (let entry = 0; entry < functions; entry++) {
      const index = reader.uleb();
      out.uleb(given.get(index) ?? shifted(index));
    }
  }
  return out.finish();
}

/** @throws EditError for segments of another form */
function copyHead(object: ByteSource, reader: WasmReader, out: WasmWriter): void {
  const start = reader.position;
  const flags = reader.uleb();
  if (flags !== ACTIVE && flags !== ACTIVE_IN)
    throw new EditError('not-editable', `${object.label}: an element segment of form ${flags}`);
  if (flags === ACTIVE_IN) reader.uleb();
  const opcode = reader.u8();
  if (opcode === GLOBAL_GET) reader.uleb();
  else if (opcode === I32_CONST || opcode === I64_CONST) reader.sleb();
  else
    throw new EditError(
      'not-editable',
      `${object.label}: an element segment at offset 0x${opcode.toString(16)}`,
    );
  if (reader.u8() !== END)
    throw new EditError('not-editable', `${object.label}: an element segment at a computed offset`);
  if (flags === ACTIVE_IN) reader.u8();
  out.bytes(reader.view.bytes.subarray(start, reader.position));
}

/** Sections in which relocations name functions: the numbers in their slots. */
function* relocated(
  object: ByteSource,
  { sections, symbols }: OpenedModule,
  { indexOf }: UndefinedFunctions,
): Generator<[number, Uint8Array]> {
  for (const [place, relocations] of readRelocations(object, sections)) {
    const own = relocations.filter(({ type }) => isFunctionIndex(type));
    if (own.length === 0) continue;
    const { offset, size } = sections[place];
    const content = Uint8Array.from(object.view(offset, size, 'section').bytes);
    for (const { offset: slot, type, index } of own) {
      if (symbols[index]?.type !== WASM_SYMBOL_TYPE_FUNCTION || slot + 5 > size)
        throw new EditError('not-editable', `${object.label}: a relocation that names no function`);
      writeSlot(content, slot, type, indexOf(index));
    }
    yield [place, content];
  }
}

/** Slots that hold the index of a function. */
export const isFunctionIndex = (type: number): boolean =>
  type === R_WASM_FUNCTION_INDEX_LEB || type === R_WASM_FUNCTION_INDEX_I32;

/** Five bytes of seven bits, or four bytes. */
function writeSlot(content: Uint8Array, slot: number, type: number, value: number): void {
  if (type === R_WASM_FUNCTION_INDEX_I32) {
    new DataView(content.buffer, content.byteOffset).setUint32(slot, value, true);
    return;
  }
  for (let byte = 0, rest = value; byte < 5; byte++, rest >>>= 7)
    content[slot + byte] = (rest & 0x7f) | (byte < 4 ? 0x80 : 0);
}

/** A COMDAT entry with the new index of its function. */
export function writeComdatEntry(
  out: WasmWriter,
  kind: number,
  element: number,
  functions: UndefinedFunctions,
): void {
  out.u8(kind);
  out.uleb(kind === WASM_COMDAT_FUNCTION ? functions.shifted(element) : element);
}
