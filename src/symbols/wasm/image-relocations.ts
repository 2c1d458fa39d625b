import type { ByteSource } from '../../bytes/byte-source.js';
import { UnreadableError } from '../object-format.js';
import { openSection, type WasmSection } from './sections.js';

/** An entry of a `reloc.*` section. */
export interface WasmRelocation {
  /** Bytes from the start of the section's content. */
  readonly offset: number;
  readonly type: number;
  /** Of a symbol; of a type, for TYPE_INDEX_LEB. */
  readonly index: number;
  readonly addend: number;
  /** Bytes of the slot. */
  readonly width: number;
}

/** R_WASM_* by number: bytes of the slot, and whether an addend follows. */
const KINDS: readonly (readonly [width: number, hasAddend: boolean])[] = [
  [5, false], // FUNCTION_INDEX_LEB
  [5, false], // TABLE_INDEX_SLEB
  [4, false], // TABLE_INDEX_I32
  [5, true], // MEMORY_ADDR_LEB
  [5, true], // MEMORY_ADDR_SLEB
  [4, true], // MEMORY_ADDR_I32
  [5, false], // TYPE_INDEX_LEB
  [5, false], // GLOBAL_INDEX_LEB
  [4, true], // FUNCTION_OFFSET_I32
  [4, true], // SECTION_OFFSET_I32
  [5, false], // TAG_INDEX_LEB
  [5, true], // MEMORY_ADDR_REL_SLEB
  [5, false], // TABLE_INDEX_REL_SLEB
  [4, false], // GLOBAL_INDEX_I32
  [10, true], // MEMORY_ADDR_LEB64
  [10, true], // MEMORY_ADDR_SLEB64
  [8, true], // MEMORY_ADDR_I64
  [10, true], // MEMORY_ADDR_REL_SLEB64
  [10, false], // TABLE_INDEX_SLEB64
  [8, false], // TABLE_INDEX_I64
  [5, false], // TABLE_NUMBER_LEB
  [5, true], // MEMORY_ADDR_TLS_SLEB
  [8, true], // FUNCTION_OFFSET_I64
  [4, true], // MEMORY_ADDR_LOCREL_I32
  [10, false], // TABLE_INDEX_REL_SLEB64
  [10, true], // MEMORY_ADDR_TLS_SLEB64
  [4, false], // FUNCTION_INDEX_I32
];
export const R_WASM_FUNCTION_INDEX_LEB = 0;
export const R_WASM_TYPE_INDEX_LEB = 6;
export const R_WASM_FUNCTION_INDEX_I32 = 26;

/** By section index: its relocations in the order of their offsets. Each `reloc.*` section names the one it is for. */
export function readRelocations(
  object: ByteSource,
  sections: readonly WasmSection[],
): ReadonlyMap<number, readonly WasmRelocation[]> {
  const found = new Map<number, WasmRelocation[]>();
  for (const section of sections) {
    if (!section.name.startsWith('reloc.')) continue;
    const reader = openSection(object, section, section.name);
    const target = reader.uleb();
    if (target >= sections.length) throw reader.error(`no section ${target} of ${sections.length}`);
    const count = reader.uleb();
    const relocations = found.get(target) ?? [];
    found.set(target, relocations);
    for (let at = 0; at < count; at++) {
      const type = reader.u8();
      const kind = KINDS[type];
      if (kind === undefined) throw new UnreadableError(`relocations of type ${type}`);
      const [width, hasAddend] = kind;
      const [offset, index] = [reader.uleb(), reader.uleb()];
      relocations.push({ offset, type, index, addend: hasAddend ? reader.sleb() : 0, width });
    }
  }
  for (const relocations of found.values()) relocations.sort((one, other) => one.offset - other.offset);
  return found;
}
