import type { ByteSource } from '../../bytes/byte-source.js';
import { budgetOf, namesLimit } from '../budget.js';
import {
  ABSOLUTE,
  DATA,
  DEFAULT_VISIBILITY,
  DEFINITION,
  EXPORTED,
  FUNCTION,
  HIDDEN,
  LOCAL_STATE,
  NO_KIND,
  REFERENCE,
  TLS,
  WEAK,
  WRITABLE,
} from '../flags.js';
import type { NameId } from '../names.js';
import { NONE, type SymbolSink } from '../table.js';
import {
  WASM_SYMBOL_ABSOLUTE,
  WASM_SYMBOL_BINDING_LOCAL,
  WASM_SYMBOL_BINDING_WEAK,
  WASM_SYMBOL_EXPLICIT_NAME,
  WASM_SYMBOL_EXPORTED,
  WASM_SYMBOL_TLS,
  WASM_SYMBOL_TYPE_DATA,
  WASM_SYMBOL_TYPE_FUNCTION,
  WASM_SYMBOL_TYPE_GLOBAL,
  WASM_SYMBOL_TYPE_SECTION,
  WASM_SYMBOL_TYPE_TABLE,
  WASM_SYMBOL_TYPE_TAG,
  WASM_SYMBOL_UNDEFINED,
  WASM_SYMBOL_VISIBILITY_HIDDEN,
} from './constants.js';
import type { WasmImports } from './imports.js';
import type { WasmLinking } from './linking.js';
import type { WasmName, WasmReader } from './reader.js';
import { type SegmentState, THREAD_STATE } from './segments.js';
import type { Signatures } from './signatures.js';

/** One entry of the symbol table. */
export interface WasmSymbol {
  readonly type: number;
  readonly flags: number;
  /** Null for section symbols. */
  readonly name: WasmName | null;
  /** Function, segment, global, table, tag or section; NONE for data that is undefined. */
  readonly element: number;
  readonly size: number;
  /** Of data: bytes from the start of its segment. */
  readonly offset: number;
}

/** Data that reading each symbol needs. */
export interface SymbolsInput {
  readonly imports: WasmImports;
  readonly linking: WasmLinking;
  readonly signatures: Signatures;
  readonly state: SegmentState;
  readonly out: SymbolSink;
}

/** Decodes the symbol table: kind u8, flags ULEB, and what follows by kind. */
export function readSymbols(
  object: ByteSource,
  imports: WasmImports,
  { symbols: reader, segments }: WasmLinking,
): WasmSymbol[] {
  const symbols: WasmSymbol[] = [];
  if (reader === null) return symbols;
  const spendName = budgetOf(object, 'symbol names', namesLimit(reader.view.length));
  const count = reader.uleb();
  for (let index = 0; index < count; index++) {
    const symbol = readSymbol(reader, imports, segments.length);
    // Imports lend their names to any number of symbols.
    if (symbol.name !== null) spendName(symbol.name.end - symbol.name.start);
    symbols.push(symbol);
  }
  return symbols;
}

function readSymbol(reader: WasmReader, imports: WasmImports, segments: number): WasmSymbol {
  const type = reader.u8();
  const flags = reader.uleb();
  const isUndefined = (flags & WASM_SYMBOL_UNDEFINED) !== 0;
  if (type === WASM_SYMBOL_TYPE_DATA) {
    const name = reader.name();
    if (isUndefined) return { type, flags, name, element: NONE, size: 0, offset: 0 };
    const element = reader.uleb();
    const isPlaced = (flags & WASM_SYMBOL_ABSOLUTE) === 0;
    if (isPlaced && element >= segments) throw reader.error(`no segment ${element} of ${segments}`);
    const offset = reader.uleb();
    return { type, flags, name, element, size: reader.uleb(), offset };
  }
  const element = reader.uleb();
  if (type === WASM_SYMBOL_TYPE_SECTION) return { type, flags, name: null, element, size: 0, offset: 0 };
  const hasName = !isUndefined || (flags & WASM_SYMBOL_EXPLICIT_NAME) !== 0;
  return {
    type,
    flags,
    name: hasName ? reader.name() : importName(reader, imports, type, element),
    element,
    size: 0,
    offset: 0,
  };
}

function importName(reader: WasmReader, imports: WasmImports, type: number, element: number): WasmName {
  const names = importedNames(imports, type);
  if (names === null) throw reader.error(`symbol of kind ${type}`);
  if (element >= names.length) throw reader.error(`no import ${element} of ${names.length} to name a symbol`);
  return names[element];
}

function importedNames(imports: WasmImports, type: number): readonly WasmName[] | null {
  switch (type) {
    case WASM_SYMBOL_TYPE_FUNCTION:
      return imports.functions;
    case WASM_SYMBOL_TYPE_GLOBAL:
      return imports.globals;
    case WASM_SYMBOL_TYPE_TABLE:
      return imports.tables;
    case WASM_SYMBOL_TYPE_TAG:
      return imports.tags;
    default:
      return null;
  }
}

/**
 * Hands every linkage symbol to `out`, and every local one in a segment of mutable state. Functions have the digest of
 * their signature as size, references to them too. `section` is the function or the segment: each is linked for itself.
 */
export function addSymbols(input: SymbolsInput, symbols: readonly WasmSymbol[], isNamed: Uint8Array): void {
  for (const symbol of symbols) {
    if (symbol.name === null) continue;
    const isLocal = (symbol.flags & WASM_SYMBOL_BINDING_LOCAL) !== 0;
    if (isLocal) addLocal(input, symbol, symbol.name, isNamed);
    else addLinkage(input, symbol, symbol.name, isNamed);
  }
}

/** Names of the local symbols that are defined. */
export function localNames(symbols: readonly WasmSymbol[], out: SymbolSink): Int32Array {
  const found: NameId[] = [];
  for (const { name, flags } of symbols) {
    const isLocal = (flags & WASM_SYMBOL_BINDING_LOCAL) !== 0 && (flags & WASM_SYMBOL_UNDEFINED) === 0;
    if (isLocal && name !== null) found.push(out.intern(name.bytes, name.start, name.end));
  }
  return Int32Array.from(found);
}

/** Whether the object requires that a definition of its own is exported. */
const exportedFlag = (flags: number): number =>
  (flags & WASM_SYMBOL_EXPORTED) !== 0 && (flags & WASM_SYMBOL_UNDEFINED) === 0 ? EXPORTED : 0;

function addLinkage(input: SymbolsInput, symbol: WasmSymbol, name: WasmName, isNamed: Uint8Array): void {
  const { linking, out, state } = input;
  const { type, flags, element } = symbol;
  const isUndefined = (flags & WASM_SYMBOL_UNDEFINED) !== 0;
  const isAbsolute = (flags & WASM_SYMBOL_ABSOLUTE) !== 0;
  const isPlaced = type === WASM_SYMBOL_TYPE_DATA && !isUndefined && !isAbsolute;
  if (isPlaced) isNamed[element] = 1;
  const written = isPlaced && state[element] ? WRITABLE : 0;
  const groups = type === WASM_SYMBOL_TYPE_FUNCTION ? linking.functionGroups : linking.segmentGroups;
  const isGrouped = isPlaced || (type === WASM_SYMBOL_TYPE_FUNCTION && !isUndefined);
  out.symbol(
    out.intern(name.bytes, name.start, name.end),
    (isUndefined ? REFERENCE : DEFINITION) |
      kindOf(input, symbol) |
      ((flags & WASM_SYMBOL_BINDING_WEAK) !== 0 ? WEAK : 0) |
      ((flags & WASM_SYMBOL_VISIBILITY_HIDDEN) !== 0 ? HIDDEN : DEFAULT_VISIBILITY) |
      (isAbsolute ? ABSOLUTE : 0) |
      exportedFlag(flags) |
      written,
    isGrouped ? element : NONE,
    sizeOf(input, symbol),
    isGrouped ? (groups.get(element) ?? NONE) : NONE,
    0,
  );
}

function kindOf({ state }: SymbolsInput, { type, flags, element }: WasmSymbol): number {
  if (type === WASM_SYMBOL_TYPE_FUNCTION) return FUNCTION;
  if (type !== WASM_SYMBOL_TYPE_DATA) return NO_KIND;
  return (flags & WASM_SYMBOL_TLS) !== 0 || (element !== NONE && state[element] === THREAD_STATE)
    ? TLS
    : DATA;
}

/** Of a function the digest of its signature. */
const sizeOf = ({ signatures }: SymbolsInput, { type, element, size }: WasmSymbol): number =>
  type === WASM_SYMBOL_TYPE_FUNCTION ? (signatures[element] ?? 0) : size;

function addLocal(input: SymbolsInput, symbol: WasmSymbol, name: WasmName, isNamed: Uint8Array): void {
  const { type, flags, element, size } = symbol;
  const { linking, out, state } = input;
  if (type !== WASM_SYMBOL_TYPE_DATA || (flags & (WASM_SYMBOL_UNDEFINED | WASM_SYMBOL_ABSOLUTE)) !== 0)
    return;
  if (!state[element] || isPrivate(name)) return;
  isNamed[element] = 1;
  const group = linking.segmentGroups.get(element) ?? NONE;
  const id = out.intern(name.bytes, name.start, name.end);
  out.symbol(id, LOCAL_STATE | WRITABLE | kindOf(input, symbol), element, size, group, 0);
}

/** `.L…`: a compiler-generated name, whose number may differ in each build. */
const isPrivate = ({ bytes, start }: WasmName): boolean => bytes[start] === 0x2e && bytes[start + 1] === 0x4c;
