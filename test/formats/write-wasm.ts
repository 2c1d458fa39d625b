import type { NotedMember, NotedSymbol } from '../../src/link/notation/notation-text.js';
import { definitionMarker, memberMarker, padTo, u32 } from './object-bytes.js';

/*
 * Relocatable WebAssembly from members in the notation, by the tool conventions' Linking.md. Each variable has a
 * segment of its own, and the first segment has the member's marker with a pointer for each reference behind it. Marks
 * of a symbol: `hidden`, `tls`, `group` (its signature), of references `func`, `takes` (how many parameters a function
 * has). Numbers are under LLVM's names.
 */

const WASM_SEC_TYPE = 1;
const WASM_SEC_IMPORT = 2;
const WASM_SEC_FUNCTION = 3;
const WASM_SEC_ELEM = 9;
const WASM_SEC_CODE = 10;
const WASM_SEC_DATA = 11;
const WASM_EXTERNAL_TABLE = 1;
const WASM_EXTERNAL_MEMORY = 2;
const WASM_TYPE_FUNC = 0x60;
const WASM_TYPE_FUNCREF = 0x70;
const WASM_TYPE_I32 = 0x7f;
const WASM_SEGMENT_INFO = 5;
const WASM_COMDAT_INFO = 7;
const WASM_SYMBOL_TABLE = 8;
const WASM_SYMBOL_TYPE_FUNCTION = 0;
const WASM_SYMBOL_TYPE_DATA = 1;
const WASM_SYMBOL_BINDING_WEAK = 0x1;
const WASM_SYMBOL_VISIBILITY_HIDDEN = 0x4;
const WASM_SYMBOL_UNDEFINED = 0x10;
const WASM_SYMBOL_TLS = 0x100;
const WASM_SEGMENT_FLAG_TLS = 0x2;
const WASM_COMDAT_DATA = 0;
const WASM_COMDAT_FUNCTION = 1;
const R_WASM_TABLE_INDEX_I32 = 2;
const R_WASM_MEMORY_ADDR_I32 = 5;
const [END, I32_CONST, F64_CONST, DROP] = [0x0b, 0x41, 0x44, 0x1a];

/** Of a reference a mark says it. */
export const isFunctionRow = ({ letter, marks }: NotedSymbol): boolean =>
  'TW'.includes(letter) || marks.has('func');

const isReferred = ({ letter }: NotedSymbol): boolean => 'Uw'.includes(letter);
const isWeakRow = ({ letter }: NotedSymbol): boolean => 'wWV'.includes(letter);

/** @param at the member's place in the link */
export function writeWasm({ symbols }: NotedMember, at: number): Uint8Array {
  const functions = symbols.filter(isFunctionRow);
  const imported = functions.filter(isReferred);
  const defined = functions.filter((symbol) => !isReferred(symbol));
  const variables = symbols.filter((symbol) => !isReferred(symbol) && !isFunctionRow(symbol));
  const referred = symbols.filter(isReferred);
  const rowOf = (symbol: NotedSymbol) => symbols.indexOf(symbol);
  const elementOf = (symbol: NotedSymbol): number => {
    if (!isFunctionRow(symbol)) return variables.indexOf(symbol) + 1;
    return isReferred(symbol) ? imported.indexOf(symbol) : imported.length + defined.indexOf(symbol);
  };
  const pointers = referred.map((symbol) => u32(isFunctionRow(symbol) ? 1 + imported.indexOf(symbol) : 0));
  const segments = [
    { name: `.data.marker${at}`, flags: 0, bytes: Buffer.concat([padTo(memberMarker(at), 16), ...pointers]) },
    ...variables.map((symbol) => ({
      name: `${symbol.marks.has('tls') ? '.tdata' : '.data'}.${symbol.name}`,
      flags: symbol.marks.has('tls') ? WASM_SEGMENT_FLAG_TLS : 0,
      bytes: definitionMarker(at, rowOf(symbol)),
    })),
  ];
  const body = (symbol: NotedSymbol): Buffer =>
    sized([leb(0), [F64_CONST], definitionMarker(at, rowOf(symbol)), [DROP, END]]);
  const types = [0, 1].map((count) => [
    [WASM_TYPE_FUNC],
    vector(Array<number[]>(count).fill([WASM_TYPE_I32])),
    leb(0),
  ]);
  const typeOf = ({ marks }: NotedSymbol): Buffer => leb(Number(marks.get('takes') ?? 0));
  const data = placed(segments.map(({ bytes }) => bytes));
  const sections = [
    section(WASM_SEC_TYPE, vector(types.map(joined))),
    section(
      WASM_SEC_IMPORT,
      vector([
        joined([text('env'), text('__linear_memory'), [WASM_EXTERNAL_MEMORY], [0], leb(1)]),
        ...imported.map((symbol) => joined([text('env'), text(symbol.name), [0], typeOf(symbol)])),
        joined([
          text('env'),
          text('__indirect_function_table'),
          [WASM_EXTERNAL_TABLE, WASM_TYPE_FUNCREF, 0],
          leb(1),
        ]),
      ]),
    ),
    section(WASM_SEC_FUNCTION, vector(defined.map(typeOf))),
    section(
      WASM_SEC_ELEM,
      vector([joined([leb(0), [I32_CONST], leb(1), [END], vector(imported.map((_, index) => leb(index)))])]),
    ),
    section(WASM_SEC_CODE, vector(defined.map(body))),
    section(WASM_SEC_DATA, data.bytes),
  ];
  const linking = custom('linking', [
    leb(2),
    subsection(
      WASM_SEGMENT_INFO,
      vector(segments.map(({ name, flags }) => joined([text(name), leb(0), leb(flags)]))),
    ),
    subsection(WASM_SYMBOL_TABLE, vector(symbols.map((symbol) => symbolEntry(symbol, elementOf(symbol))))),
    subsection(
      WASM_COMDAT_INFO,
      vector(
        groupsOf(symbols).map(([signature, own]) =>
          joined([
            text(signature),
            leb(0),
            vector(
              own.map((symbol) =>
                joined([
                  [isFunctionRow(symbol) ? WASM_COMDAT_FUNCTION : WASM_COMDAT_DATA],
                  leb(elementOf(symbol)),
                ]),
              ),
            ),
          ]),
        ),
      ),
    ),
  ]);
  const slots = data.starts[0] + 16;
  const relocations = referred.map((symbol, slot) => {
    const place = leb(slots + 4 * slot);
    return isFunctionRow(symbol)
      ? joined([[R_WASM_TABLE_INDEX_I32], place, leb(rowOf(symbol))])
      : joined([[R_WASM_MEMORY_ADDR_I32], place, leb(rowOf(symbol)), leb(0)]);
  });
  const relocated = custom('reloc.DATA', [leb(sections.length - 1), vector(relocations)]);
  return joined([Buffer.from('\0asm\x01\0\0\0', 'latin1'), ...sections, linking, relocated]);
}

function symbolEntry(symbol: NotedSymbol, element: number): Buffer {
  const { name, marks } = symbol;
  const isFunction = isFunctionRow(symbol);
  const flags =
    (isWeakRow(symbol) ? WASM_SYMBOL_BINDING_WEAK : 0) |
    (marks.has('hidden') ? WASM_SYMBOL_VISIBILITY_HIDDEN : 0) |
    (isReferred(symbol) ? WASM_SYMBOL_UNDEFINED : 0) |
    (marks.has('tls') ? WASM_SYMBOL_TLS : 0);
  const kind = [isFunction ? WASM_SYMBOL_TYPE_FUNCTION : WASM_SYMBOL_TYPE_DATA];
  if (isFunction) return joined([kind, leb(flags), leb(element), isReferred(symbol) ? [] : text(name)]);
  const place = isReferred(symbol) ? [] : joined([leb(element), leb(0), leb(8)]);
  return joined([kind, leb(flags), text(name), place]);
}

/** By signature. */
function groupsOf(symbols: readonly NotedSymbol[]): [string, NotedSymbol[]][] {
  const groups = new Map<string, NotedSymbol[]>();
  for (const symbol of symbols) {
    const signature = symbol.marks.get('group');
    if (signature !== undefined) groups.set(signature, [...(groups.get(signature) ?? []), symbol]);
  }
  return [...groups];
}

/** The data section of segments one behind the other, and where the content of each starts in it. */
function placed(contents: readonly Buffer[]): { readonly bytes: Buffer; readonly starts: readonly number[] } {
  const starts: number[] = [];
  let address = 0;
  let bytes = leb(contents.length);
  for (const content of contents) {
    bytes = joined([bytes, leb(0), [I32_CONST], leb(address), [END], leb(content.length)]);
    starts.push(bytes.length);
    bytes = joined([bytes, content]);
    address += content.length;
  }
  return { bytes, starts };
}

const joined = (parts: readonly (Uint8Array | readonly number[])[]): Buffer =>
  Buffer.concat(parts.map((part) => Buffer.from(part)));

const sized = (parts: readonly (Uint8Array | readonly number[])[]): Buffer => {
  const bytes = joined(parts);
  return joined([leb(bytes.length), bytes]);
};

const vector = (items: readonly (Uint8Array | readonly number[])[]): Buffer =>
  joined([leb(items.length), ...items]);
const text = (value: string): Buffer => sized([Buffer.from(value, 'latin1')]);
const section = (id: number, content: Uint8Array): Buffer => joined([[id], sized([content])]);
const subsection = section;
const custom = (name: string, parts: readonly Uint8Array[]): Buffer =>
  section(0, joined([text(name), ...parts]));

/** A number in groups of seven bits, such that it is one with a sign and one without, alike. */
function leb(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x3f; rest = Math.floor(rest / 0x80)) bytes.push((rest & 0x7f) | 0x80);
  return Buffer.from([...bytes, rest]);
}
