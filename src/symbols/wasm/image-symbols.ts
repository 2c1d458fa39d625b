import {
  ABSOLUTE_SECTION,
  type ImageGroup,
  type ImageSymbol,
  UNDEFINED_SECTION,
  UNLISTED_SECTION,
} from '../image/object-image.js';
import { NONE } from '../table.js';
import {
  WASM_SYMBOL_ABSOLUTE,
  WASM_SYMBOL_BINDING_LOCAL,
  WASM_SYMBOL_BINDING_WEAK,
  WASM_SYMBOL_TYPE_DATA,
  WASM_SYMBOL_TYPE_FUNCTION,
  WASM_SYMBOL_TYPE_SECTION,
  WASM_SYMBOL_UNDEFINED,
} from './constants.js';
import { STACK_POINTER } from './image-imports.js';
import type { ImageLinking } from './image-linking.js';
import { type Rows, rowOfEntry } from './image-rows.js';
import { nameText } from './reader.js';
import type { WasmSymbol } from './symbols.js';

/** A COMDAT group of a WebAssembly object: parts that wasm-ld keeps or discards together. */
export const imageGroup = (
  rows: Rows,
  { name, flags, entries }: ImageLinking['comdats'][number],
): ImageGroup => ({
  signature: name,
  sections: entries.map((entry) => rowOfEntry(rows, entry)).filter((row) => row !== NONE),
  rule: `comdat ${flags}`,
});

export function imageSymbol(rows: Rows, symbol: WasmSymbol, number: number): ImageSymbol {
  const { type, flags, name, element, size, offset } = symbol;
  const isLocal = (flags & WASM_SYMBOL_BINDING_LOCAL) !== 0;
  const isWeak = (flags & WASM_SYMBOL_BINDING_WEAK) !== 0;
  const section = sectionOf(rows, symbol);
  const text = name === null ? '' : nameText(name);
  const isUndefined = section === UNDEFINED_SECTION;
  // Undefined functions are identified by the number of their import, which has the type; so are parts without a row.
  const isNumbered = section === UNLISTED_SECTION || (isUndefined && type === WASM_SYMBOL_TYPE_FUNCTION);
  return {
    number,
    name: text,
    section,
    value: BigInt(isNumbered ? element : isUndefined ? 0 : offset),
    size: BigInt(size),
    binding: isLocal ? 'local' : isWeak ? 'weak' : 'global',
    type,
    other: flags,
    marker: isUndefined && text === STACK_POINTER ? 'linker-defined' : null,
  };
}

function sectionOf(rows: Rows, { type, flags, element }: WasmSymbol): number {
  if ((flags & WASM_SYMBOL_UNDEFINED) !== 0) return UNDEFINED_SECTION;
  if (type === WASM_SYMBOL_TYPE_DATA)
    return (flags & WASM_SYMBOL_ABSOLUTE) !== 0
      ? ABSOLUTE_SECTION
      : (rows.segments.get(element) ?? UNLISTED_SECTION);
  if (type === WASM_SYMBOL_TYPE_FUNCTION) return rows.functions.get(element) ?? UNLISTED_SECTION;
  return type === WASM_SYMBOL_TYPE_SECTION
    ? (rows.customs.get(element) ?? UNLISTED_SECTION)
    : UNLISTED_SECTION;
}
