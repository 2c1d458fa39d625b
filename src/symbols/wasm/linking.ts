import { UnreadableError } from '../object-format.js';
import { NONE, type SymbolSink } from '../table.js';
import {
  WASM_COMDAT_DATA,
  WASM_COMDAT_FUNCTION,
  WASM_COMDAT_INFO,
  WASM_INIT_FUNCS,
  WASM_SEGMENT_FLAG_RETAIN,
  WASM_SEGMENT_FLAG_TLS,
  WASM_SEGMENT_INFO,
  WASM_SYMBOL_TABLE,
} from './constants.js';
import { nameText, type WasmName, WasmReader } from './reader.js';

/** A data segment as SEGMENT_INFO describes it: LLVM makes one of each variable, `.data.counter`. */
export interface WasmSegment {
  readonly name: WasmName;
  readonly text: string;
  readonly isThreadLocal: boolean;
  /** Kept whatever refers to it. */
  readonly isRetained: boolean;
}

/** The `linking` section: a version and subsections {type u8, size ULEB}, in any order. */
export interface WasmLinking {
  readonly segments: readonly WasmSegment[];
  /** Group of each function and segment that is in one. */
  readonly functionGroups: ReadonlyMap<number, number>;
  readonly segmentGroups: ReadonlyMap<number, number>;
  readonly initFunctions: readonly { readonly priority: number; readonly symbol: number }[];
  /** A reader at the count of the symbol table; null without one. */
  readonly symbols: WasmReader | null;
}

export function readLinking(reader: WasmReader, out: SymbolSink): WasmLinking {
  const version = reader.uleb();
  if (version !== 2) throw new UnreadableError(`WebAssembly linking data of version ${version}`);
  const found = new Map<number, WasmReader>();
  while (!reader.isAtEnd) {
    const type = reader.u8();
    const size = reader.uleb();
    const start = reader.position;
    reader.skip(size);
    found.set(type, new WasmReader(reader.view.slice(start, size, `linking data ${type}`)));
  }
  return {
    segments: readSegments(found.get(WASM_SEGMENT_INFO)),
    ...readComdats(found.get(WASM_COMDAT_INFO), out),
    initFunctions: readInitFunctions(found.get(WASM_INIT_FUNCS)),
    symbols: found.get(WASM_SYMBOL_TABLE) ?? null,
  };
}

/** {name, log2 of alignment, flags} each. */
function readSegments(reader: WasmReader | undefined): WasmSegment[] {
  const segments: WasmSegment[] = [];
  const count = reader?.uleb() ?? 0;
  for (let index = 0; reader !== undefined && index < count; index++) {
    const name = reader.name();
    reader.uleb();
    const flags = reader.uleb();
    segments.push({
      name,
      text: nameText(name),
      isThreadLocal: (flags & WASM_SEGMENT_FLAG_TLS) !== 0,
      isRetained: (flags & WASM_SEGMENT_FLAG_RETAIN) !== 0,
    });
  }
  return segments;
}

/** {name, flags, entries of {kind u8, index}} each; kind 5 is a custom section, which holds no symbols. */
function readComdats(
  reader: WasmReader | undefined,
  out: SymbolSink,
): Pick<WasmLinking, 'functionGroups' | 'segmentGroups'> {
  const functionGroups = new Map<number, number>();
  const segmentGroups = new Map<number, number>();
  const count = reader?.uleb() ?? 0;
  for (let index = 0; reader !== undefined && index < count; index++) {
    const { bytes, start, end } = reader.name();
    reader.uleb();
    const entries = reader.uleb();
    const group = entries === 0 ? NONE : out.group(out.intern(bytes, start, end), 'any');
    for (let entry = 0; entry < entries; entry++) {
      const kind = reader.u8();
      const element = reader.uleb();
      if (kind === WASM_COMDAT_FUNCTION) functionGroups.set(element, group);
      else if (kind === WASM_COMDAT_DATA) segmentGroups.set(element, group);
    }
  }
  return { functionGroups, segmentGroups };
}

function readInitFunctions(reader: WasmReader | undefined): { priority: number; symbol: number }[] {
  const functions: { priority: number; symbol: number }[] = [];
  const count = reader?.uleb() ?? 0;
  for (let index = 0; reader !== undefined && index < count; index++)
    functions.push({ priority: reader.uleb(), symbol: reader.uleb() });
  return functions;
}
