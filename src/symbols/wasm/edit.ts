import type { ByteSource } from '../../bytes/byte-source.js';
import { UnreadableError } from '../object-format.js';
import {
  copyWithRoom,
  EditError,
  editsByRow,
  type OwnSymbol,
  type SymbolEdit,
  type SymbolEditor,
} from '../symbol-edit.js';
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
  WASM_SYMBOL_TYPE_SECTION,
  WASM_SYMBOL_UNDEFINED,
  WASM_SYMBOL_VISIBILITY_HIDDEN,
} from './constants.js';
import { readImports, type WasmImports } from './imports.js';
import { readLinking } from './linking.js';
import { nameText, WasmReader } from './reader.js';
import { openSection, readSections, type WasmSection } from './sections.js';
import { readSymbols, type WasmSymbol } from './symbols.js';
import { WasmWriter } from './writer.js';

/**
 * Edits of WebAssembly symbols: the `linking` section is encoded again. A data definition is undefined by leaving out its
 * place. A function is not: as an import it would come before all others and shift every function index.
 */
export const wasmEditor: SymbolEditor = { ownSymbols, edit };

interface OpenedWasm {
  readonly section: WasmSection;
  readonly symbols: readonly WasmSymbol[];
  readonly comdats: readonly string[];
}

/** Groups are read again below, with their bytes. */
const NO_SINK = { intern: () => 0, group: () => 0, symbol: () => {} };

function open(object: ByteSource): OpenedWasm {
  const sections = readSections(object);
  const section = sections.find(({ name, id }) => id === WASM_SEC_CUSTOM && name === 'linking');
  if (section === undefined) throw new UnreadableError('a WebAssembly module without linking data');
  const importSection = sections.find(({ id }) => id === WASM_SEC_IMPORT);
  const imports: WasmImports = readImports(openSection(object, importSection, 'import section'));
  const linking = readLinking(openSection(object, section, 'linking data'), NO_SINK);
  return { section, symbols: readSymbols(object, imports, linking), comdats: comdatNames(object, section) };
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

function edit(object: ByteSource, edits: readonly SymbolEdit[]): Uint8Array {
  const byRow = editsByRow(edits);
  if (byRow.size === 0) return copyWithRoom(object, 0);
  const { section, symbols, comdats } = open(object);
  for (const one of byRow.values()) requireEditable(object, symbols, comdats.length, one);
  const linking = new WasmWriter();
  const reader = openSection(object, section, 'linking data');
  linking.uleb(new WasmReader(reader.view).uleb());
  for (const { type, content } of subsections(reader)) {
    const part = new WasmWriter();
    if (type === WASM_SYMBOL_TABLE) writeSymbols(part, content, symbols, byRow);
    else if (type === WASM_COMDAT_INFO) writeComdats(part, content, symbols.length, byRow);
    else part.bytes(content.view.bytes);
    linking.u8(type);
    linking.uleb(part.size);
    linking.bytes(part.finish());
  }
  return replaceSection(object, section, linking.finish());
}

/** The object with other bytes after the name of a custom section. */
function replaceSection(object: ByteSource, section: WasmSection, content: Uint8Array): Uint8Array {
  const old = copyWithRoom(object, 0);
  const written = new WasmWriter();
  const start = headOf(object, section);
  written.bytes(old.subarray(0, start));
  written.u8(WASM_SEC_CUSTOM);
  const named = new WasmWriter();
  named.name(section.name);
  written.uleb(named.size + content.length);
  written.bytes(named.finish());
  written.bytes(content);
  written.bytes(old.subarray(section.offset + section.size));
  return written.finish();
}

/** Where the section with its id begins: the end of the one before it. */
function headOf(object: ByteSource, section: WasmSection): number {
  let head = 8;
  for (const { offset, size } of readSections(object)) {
    if (offset === section.offset) break;
    head = offset + size;
  }
  return head;
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
  if (action === 'undefine' && type !== WASM_SYMBOL_TYPE_DATA)
    throw refuse('undefine of a function shifts the indexes of all others, which is not supported');
}

function writeSymbols(
  out: WasmWriter,
  content: WasmReader,
  symbols: readonly WasmSymbol[],
  byRow: ReadonlyMap<number, SymbolEdit>,
): void {
  const { bytes } = content.view;
  const count = content.uleb();
  out.uleb(count);
  for (let row = 0; row < count; row++) {
    const start = content.position;
    skipSymbol(content);
    const one = byRow.get(row);
    if (one === undefined) out.bytes(bytes.subarray(start, content.position));
    else writeSymbol(out, new WasmReader(content.view, start), content.position, symbols[row], one);
  }
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
  const { type, flags, element, name } = symbol;
  const isUndefined = (flags & WASM_SYMBOL_UNDEFINED) !== 0;
  reader.u8();
  reader.uleb();
  out.u8(type);
  if (action === 'weaken') {
    out.uleb(flags | WASM_SYMBOL_BINDING_WEAK);
    out.bytes(reader.view.bytes.subarray(reader.position, end));
  } else if (action === 'undefine') {
    const kept = flags & ~(WASM_SYMBOL_BINDING_WEAK | WASM_SYMBOL_ABSOLUTE);
    out.uleb(kept | WASM_SYMBOL_UNDEFINED);
    out.name(name === null ? '' : nameText(name));
  } else {
    const named = isUndefined && type !== WASM_SYMBOL_TYPE_DATA ? WASM_SYMBOL_EXPLICIT_NAME : 0;
    out.uleb(flags | named | (isUndefined ? 0 : WASM_SYMBOL_VISIBILITY_HIDDEN));
    if (type !== WASM_SYMBOL_TYPE_DATA) out.uleb(element);
    out.name(newName);
    if (type !== WASM_SYMBOL_TYPE_DATA || isUndefined) return;
    reader.name();
    out.bytes(reader.view.bytes.subarray(reader.position, end));
  }
}

/** {name, flags, entries} each. @param firstRow of the first COMDAT */
function writeComdats(
  out: WasmWriter,
  content: WasmReader,
  firstRow: number,
  byRow: ReadonlyMap<number, SymbolEdit>,
): void {
  const { bytes } = content.view;
  const count = content.uleb();
  out.uleb(count);
  for (let index = 0; index < count; index++) {
    const name = nameText(content.name());
    const start = content.position;
    content.uleb();
    skipEntries(content);
    out.name(byRow.get(firstRow + index)?.newName ?? name);
    out.bytes(bytes.subarray(start, content.position));
  }
}
