import type { ByteSource } from '../../bytes/byte-source.js';
import { DATA, LOCAL_STATE, TLS, WRITABLE } from '../flags.js';
import { type ObjectFormat, type ObjectInfo, UnreadableError } from '../object-format.js';
import { NONE, type SymbolSink } from '../table.js';
import { WASM_SEC_IMPORT } from './constants.js';
import { readImports } from './imports.js';
import { readLinking, type WasmLinking } from './linking.js';
import { openSection, readSections, type WasmSection } from './sections.js';
import { readSegmentData, type SegmentState, stateOf, THREAD_STATE } from './segments.js';
import { readSideEffects, readTraits } from './side-effects.js';
import { readSignatures } from './signatures.js';
import { addSymbols, localNames, readSymbols } from './symbols.js';

/**
 * Relocatable WebAssembly: a module with a custom section `linking`, version 2 (the tool conventions' Linking.md).
 * Read are the types, imports and functions, for names and signatures, and the linking data; never code, and data only
 * where it acts by being there.
 */
export const wasm: ObjectFormat = {
  id: 'wasm',
  matches: (head) => head[0] === 0 && head[1] === 0x61 && head[2] === 0x73 && head[3] === 0x6d,
  readObject,
};

function readObject(object: ByteSource, out: SymbolSink): ObjectInfo {
  const sections = readSections(object);
  const linking = readLinking(openSection(object, linkingSection(sections), 'linking data'), out);
  const section = sections.find(({ id }) => id === WASM_SEC_IMPORT);
  const imports = readImports(openSection(object, section, 'import section'));
  const signatures = readSignatures(object, sections, imports);
  const state = stateOf(linking.segments);
  const symbols = readSymbols(object, imports, linking);
  const isNamed = new Uint8Array(state.length);
  addSymbols({ imports, linking, signatures, state, out }, symbols, isNamed);
  addUnnamedState(object, sections, linking, state, isNamed, out);
  return {
    format: 'wasm',
    machine: imports.isMemory64 ? 'wasm64' : 'wasm32',
    bits: imports.isMemory64 ? 64 : 32,
    littleEndian: true,
    sideEffects: readSideEffects(object, sections, linking, symbols),
    traits: readTraits(object, sections),
    bitcode: embeddedBitcode(sections),
    isRecompiled: false,
    notIndexed: [],
    localNames: localNames(symbols, out),
  };
}

function linkingSection(sections: readonly WasmSection[]): WasmSection {
  if (sections.some(({ name }) => name === 'dylink' || name === 'dylink.0'))
    throw new UnreadableError('a WebAssembly shared library, not an object');
  const section = sections.find(({ name }) => name === 'linking');
  if (section === undefined) throw new UnreadableError('a WebAssembly module without linking data');
  return section;
}

/** A row for each segment of state that no symbol names. */
function addUnnamedState(
  object: ByteSource,
  sections: readonly WasmSection[],
  { segments, segmentGroups }: WasmLinking,
  state: SegmentState,
  isNamed: Uint8Array,
  out: SymbolSink,
): void {
  if (state.every((kind, segment) => kind === 0 || isNamed[segment] !== 0)) return;
  const { ranges } = readSegmentData(object, sections);
  for (let segment = 0; segment < state.length; segment++) {
    const size = ranges[segment]?.size ?? 0;
    if (state[segment] === 0 || isNamed[segment] !== 0 || size === 0) continue;
    const { bytes, start, end } = segments[segment].name;
    const kind = state[segment] === THREAD_STATE ? TLS : DATA;
    const group = segmentGroups.get(segment) ?? NONE;
    out.symbol(out.intern(bytes, start, end), LOCAL_STATE | WRITABLE | kind, segment, size, group, 0);
  }
}

function embeddedBitcode(sections: readonly WasmSection[]): ObjectInfo['bitcode'] {
  const section = sections.find(({ name }) => name === '.llvmbc');
  return section !== undefined && section.size > 1 ? { offset: section.offset, size: section.size } : null;
}
