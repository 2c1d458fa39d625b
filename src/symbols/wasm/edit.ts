import { ByteSource } from '../../bytes/byte-source.js';
import { UnreadableError } from '../object-format.js';
import { EditError, editsByRow, type OwnSymbol, type SymbolEdit, type SymbolEditor } from '../symbol-edit.js';
import {
  WASM_COMDAT_INFO,
  WASM_SEC_CUSTOM,
  WASM_SEC_IMPORT,
  WASM_SYMBOL_ABSOLUTE,
  WASM_SYMBOL_BINDING_LOCAL,
  WASM_SYMBOL_BINDING_WEAK,
  WASM_SYMBOL_EXPLICIT_NAME,
  WASM_SYMBOL_EXPORTED,
  WASM_SYMBOL_TABLE,
  WASM_SYMBOL_TYPE_DATA,
  WASM_SYMBOL_TYPE_FUNCTION,
  WASM_SYMBOL_TYPE_SECTION,
  WASM_SYMBOL_UNDEFINED,
  WASM_SYMBOL_VISIBILITY_HIDDEN,
} from './constants.js';
import { readImports, type WasmImports } from './imports.js';
import { readLinking } from './linking.js';
import { nameText, WasmReader } from './reader.js';
import { openSection, readSections, type WasmSection } from './sections.js';
import { readSymbols, type WasmSymbol } from './symbols.js';
import {
  type OpenedModule,
  sectionsWithImports,
  type UndefinedFunctions,
  undefinedFunctions,
  writeComdatEntry,
} from './undefined-functions.js';
import { WasmWriter } from './writer.js';

/**
 * Edits of WebAssembly symbols: the `linking` section is encoded again. A data definition is undefined by leaving out
 * its place, a function by importing it: then every section with function indexes is encoded again, too.
 */
export const wasmEditor: SymbolEditor = { ownSymbols, edit };

interface OpenedWasm extends OpenedModule {
  readonly section: WasmSection;
  readonly comdats: readonly string[];
}

/** Magic and version. */
const HEADER_BYTES = 8;

/** Groups are read again below, with their bytes. */
const NO_SINK = { intern: () => 0, group: () => 0, symbol: () => {} };

function open(object: ByteSource): OpenedWasm {
  const sections = readSections(object);
  const section = sections.find(({ name, id }) => id === WASM_SEC_CUSTOM && name === 'linking');
  if (section === undefined) throw new UnreadableError('a WebAssembly module without linking data');
  const importSection = sections.find(({ id }) => id === WASM_SEC_IMPORT);
  const imported: WasmImports = readImports(openSection(object, importSection, 'import section'));
  const linking = readLinking(openSection(object, section, 'linking data'), NO_SINK);
  const symbols = readSymbols(object, imported, linking);
  return { sections, section, imported, linking, symbols, comdats: comdatNames(object, section) };
}

function comdatNames(object: ByteSource, section: WasmSection): string[] {
  const names: string[] = [];
  for (const { type, content } of subsections(openSection(object, section, 'linking data'))) {
    if (type !== WASM_COMDAT_INFO) continue;
    const count = content.uleb();
    for (let index = 0; index < count; index++) {
      names.push(nameText(content.name()));
      content.uleb();
      skipEntries(content);
    }
  }
  return names;
}

function skipEntries(reader: WasmReader): void {
  const entries = reader.uleb();
  for (let entry = 0; entry < entries; entry++) {
    reader.u8();
    reader.uleb();
  }
}

/** Type and content of each part of the linking data, after its version. */
function* subsections(
  reader: WasmReader,
): Generator<{ readonly type: number; readonly content: WasmReader }> {
  reader.uleb();
  while (!reader.isAtEnd) {
    const type = reader.u8();
    const size = reader.uleb();
    const start = reader.position;
    reader.skip(size);
    yield { type, content: new WasmReader(reader.view.slice(start, size, `linking data ${type}`)) };
  }
}

function ownSymbols(object: ByteSource): OwnSymbol[] {
  const { symbols, comdats } = open(object);
  const found: OwnSymbol[] = [];
  for (const [row, { name, flags }] of symbols.entries()) {
    if (name === null || (flags & WASM_SYMBOL_BINDING_LOCAL) !== 0) continue;
    const isReference = (flags & WASM_SYMBOL_UNDEFINED) !== 0;
    const isWeak = (flags & WASM_SYMBOL_BINDING_WEAK) !== 0;
    found.push({ row, name: nameText(name), role: isReference ? 'reference' : 'definition', isWeak });
  }
  for (const [index, name] of comdats.entries())
    found.push({ row: symbols.length + index, name, role: 'signature', isWeak: false });
  return found;
}

function edit(object: ByteSource, edits: readonly SymbolEdit[]): ByteSource {
  const byRow = editsByRow(edits);
  if (byRow.size === 0) return object;
  const opened = open(object);
  const { sections, section, symbols, comdats } = opened;
  for (const one of byRow.values()) requireEditable(object, symbols, comdats.length, one);
  const rows = [...byRow.values()]
    .filter(
      ({ action, symbol }) => action === 'undefine' && symbols[symbol].type === WASM_SYMBOL_TYPE_FUNCTION,
    )
    .map(({ symbol }) => symbol)
    .sort((one, other) => one - other);
  const functions = undefinedFunctions(opened, rows);
  const contents = rows.length > 0 ? sectionsWithImports(object, opened, functions) : new Map();
  const linking = new WasmWriter();
  const reader = openSection(object, section, 'linking data');
  linking.uleb(new WasmReader(reader.view).uleb());
  for (const { type, content } of subsections(reader)) {
    const part = new WasmWriter();
    if (type === WASM_SYMBOL_TABLE) writeSymbols(part, content, symbols, byRow, functions);
    else if (type === WASM_COMDAT_INFO) writeComdats(part, content, symbols.length, byRow, functions);
    else part.bytes(content.view.bytes);
    linking.u8(type);
    linking.uleb(part.size);
    linking.bytes(part.finish());
  }
  contents.set(sections.indexOf(section), linking.finish());
  return ByteSource.of(object.label, replaceSections(object, sections, contents));
}

/** The object with other contents of some sections, by their places; custom ones keep their names. */
function replaceSections(
  object: ByteSource,
  sections: readonly WasmSection[],
  contents: ReadonlyMap<number, Uint8Array>,
): Uint8Array {
  const old = object.bytes('object');
  const written = new WasmWriter();
  let end = HEADER_BYTES;
  written.bytes(old.subarray(0, end));
  for (const [place, { id, name, offset, size }] of sections.entries()) {
    const content = contents.get(place);
    if (content === undefined) written.bytes(old.subarray(end, offset + size));
    else {
      const named = new WasmWriter();
      if (id === WASM_SEC_CUSTOM) named.name(name);
      written.u8(id);
      written.uleb(named.size + content.length);
      written.bytes(named.finish());
      written.bytes(content);
    }
    end = offset + size;
  }
  return written.finish();
}

function requireEditable(
  object: ByteSource,
  symbols: readonly WasmSymbol[],
  comdats: number,
  { symbol: row, action }: SymbolEdit,
): void {
  const refuse = (problem: string) =>
    new EditError('not-editable', `${object.label}: symbol ${row}: ${problem}`);
  if (row >= symbols.length && row < symbols.length + comdats) {
    if (action !== 'hide-and-rename') throw refuse(`${action} of a COMDAT`);
    return;
  }
  const symbol = symbols[row];
  if (symbol === undefined) throw refuse('no such row');
  const { flags, type } = symbol;
  if ((flags & WASM_SYMBOL_BINDING_LOCAL) !== 0 || type === WASM_SYMBOL_TYPE_SECTION) throw refuse('local');
  const isUndefined = (flags & WASM_SYMBOL_UNDEFINED) !== 0;
  if (!isUndefined && (flags & WASM_SYMBOL_EXPORTED) !== 0) throw refuse('exported by its own attribute');
  if (action === 'hide-and-rename') return;
  if (isUndefined) throw refuse(`${action} of a reference`);
  if (action === 'undefine' && type !== WASM_SYMBOL_TYPE_DATA && type !== WASM_SYMBOL_TYPE_FUNCTION)
    throw refuse('undefine of a global, table or tag');
}

function writeSymbols(
  out: WasmWriter,
  content: WasmReader,
  symbols: readonly WasmSymbol[],
  byRow: ReadonlyMap<number, SymbolEdit>,
  functions: UndefinedFunctions,
): void {
  const { bytes } = content.view;
  const count = content.uleb();
  out.uleb(count);
  for (let row = 0; row < count; row++) {
    const start = content.position;
    skipSymbol(content);
    const symbol = symbols[row];
    const isFunction = symbol.type === WASM_SYMBOL_TYPE_FUNCTION;
    const element = isFunction ? functions.indexOf(row) : symbol.element;
    const one = byRow.get(row);
    const reader = new WasmReader(content.view, start);
    if (one !== undefined) writeSymbol(out, reader, content.position, { ...symbol, element }, one);
    else if (element === symbol.element) out.bytes(bytes.subarray(start, content.position));
    else writeElement(out, reader, content.position, element);
  }
}

/** A symbol with another index: kind, flags, the index, and its name as it was. */
function writeElement(out: WasmWriter, reader: WasmReader, end: number, element: number): void {
  const start = reader.position;
  reader.u8();
  reader.uleb();
  out.bytes(reader.view.bytes.subarray(start, reader.position));
  reader.uleb();
  out.uleb(element);
  out.bytes(reader.view.bytes.subarray(reader.position, end));
}

/** Kind u8, flags; data has {name} and where it is; others {index} and, unless an import lends it, {name}. */
function skipSymbol(reader: WasmReader): void {
  const type = reader.u8();
  const flags = reader.uleb();
  const isUndefined = (flags & WASM_SYMBOL_UNDEFINED) !== 0;
  if (type === WASM_SYMBOL_TYPE_DATA) {
    reader.name();
    for (let number = isUndefined ? 3 : 0; number < 3; number++) reader.uleb();
    return;
  }
  reader.uleb();
  if (type !== WASM_SYMBOL_TYPE_SECTION && (!isUndefined || (flags & WASM_SYMBOL_EXPLICIT_NAME) !== 0))
    reader.name();
}

function writeSymbol(
  out: WasmWriter,
  reader: WasmReader,
  end: number,
  symbol: WasmSymbol,
  { action, newName }: SymbolEdit,
): void {
  const { type, flags, element } = symbol;
  reader.u8();
  reader.uleb();
  out.u8(type);
  if (action === 'hide-and-rename') writeRenamed(out, reader, end, symbol, newName);
  else if (action === 'undefine') writeUndefined(out, symbol);
  else {
    out.uleb(flags | WASM_SYMBOL_BINDING_WEAK);
    if (type !== WASM_SYMBOL_TYPE_DATA) {
      reader.uleb();
      out.uleb(element);
    }
    out.bytes(reader.view.bytes.subarray(reader.position, end));
  }
}

/** Data has its name; a function the name of its import. */
function writeUndefined(out: WasmWriter, { type, flags, element, name }: WasmSymbol): void {
  const kept = flags & ~(WASM_SYMBOL_BINDING_WEAK | WASM_SYMBOL_ABSOLUTE | WASM_SYMBOL_EXPLICIT_NAME);
  out.uleb(kept | WASM_SYMBOL_UNDEFINED);
  if (type === WASM_SYMBOL_TYPE_FUNCTION) out.uleb(element);
  else out.name(name === null ? '' : nameText(name));
}

function writeRenamed(
  out: WasmWriter,
  reader: WasmReader,
  end: number,
  { type, flags, element }: WasmSymbol,
  newName: string,
): void {
  const isUndefined = (flags & WASM_SYMBOL_UNDEFINED) !== 0;
  const named = isUndefined && type !== WASM_SYMBOL_TYPE_DATA ? WASM_SYMBOL_EXPLICIT_NAME : 0;
  out.uleb(flags | named | (isUndefined ? 0 : WASM_SYMBOL_VISIBILITY_HIDDEN));
  if (type !== WASM_SYMBOL_TYPE_DATA) out.uleb(element);
  out.name(newName);
  if (type !== WASM_SYMBOL_TYPE_DATA || isUndefined) return;
  reader.name();
  out.bytes(reader.view.bytes.subarray(reader.position, end));
}

/** {name, flags, entries} each. @param firstRow of the first COMDAT */
function writeComdats(
  out: WasmWriter,
  content: WasmReader,
  firstRow: number,
  byRow: ReadonlyMap<number, SymbolEdit>,
  functions: UndefinedFunctions,
): void {
  const count = content.uleb();
  out.uleb(count);
  for (let index = 0; index < count; index++) {
    const name = nameText(content.name());
    out.name(byRow.get(firstRow + index)?.newName ?? name);
    out.uleb(content.uleb());
    const entries = content.uleb();
    out.uleb(entries);
    for (let entry = 0; entry < entries; entry++)
      writeComdatEntry(out, content.u8(), content.uleb(), functions);
  }
}
