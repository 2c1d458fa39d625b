import type { ByteView } from '../bytes/byte-view.js';
import { latin1 } from './member-header.js';

/*
 * The ways to store a name in the 16 bytes of a header (llvm/lib/Object/Archive.cpp, bfd/archive.c):
 *   name/          GNU, COFF: up to the last slash
 *   name           BSD, Darwin: up to the first space
 *   /123           offset into the long-name table
 *   /123:456       the same, in a thin archive flattened from another one, whose member was at 456
 *   #1/20          BSD, Darwin: the first 20 bytes of the data, padded with NUL
 *   / // /SYM64/ /<ECSYMBOLS>/ __.SYMDEF…   not a member: a table
 */
export type NameForm =
  | { readonly kind: 'short'; readonly name: string }
  | { readonly kind: 'table'; readonly offset: number; readonly suffix: string }
  | { readonly kind: 'inline'; readonly length: number }
  | { readonly kind: 'reserved'; readonly name: string }
  | { readonly kind: 'unknown' };

/** No file system has longer paths than 4 KiB; a larger number is damage, and must not make us read a member. */
const LONGEST_INLINE_NAME = 0xffff;

/** All names that start with `/` are the archive's own, but for offsets. */
const RESERVED = /^(\/|\/\/|\/SYM64\/|\/<[^<>]*>\/|ARFILENAMES\/)$/;

/**
 * @param field the name field of a header, 16 characters
 * @returns how the name is stored; `unknown` for what no tool writes
 */
export function nameForm(field: string): NameForm {
  const text = trimSpaces(field);
  // Most names, told by their first character.
  if (!/^[/ #A]/.test(text)) return { kind: 'short', name: shortName(text) };
  if (RESERVED.test(text)) return { kind: 'reserved', name: text };
  const inTable = /^[/ ](\d+)(:\d+)?$/.exec(text);
  if (inTable !== null) return { kind: 'table', offset: Number(inTable[1]), suffix: inTable[2] ?? '' };
  if (text.startsWith('/')) return { kind: 'unknown' };
  const inline = /^#1\/(\d+)$/.exec(text);
  if (inline === null) return { kind: 'short', name: shortName(text) };
  return Number(inline[1]) > LONGEST_INLINE_NAME
    ? { kind: 'unknown' }
    : { kind: 'inline', length: Number(inline[1]) };
}

/** Not `trimEnd`, which takes 0xA0 for a space. */
function trimSpaces(field: string): string {
  let end = field.length;
  while (end > 0 && field.charCodeAt(end - 1) === 0x20) end--;
  return field.slice(0, end);
}

function shortName(text: string): string {
  if (text.endsWith('/')) return text.slice(0, -1);
  // The one short name with a space in it: 16 characters, written by ld64-era tools, not by LLVM.
  if (text === '__.SYMDEF SORTED') return text;
  const space = text.indexOf(' ');
  return space < 0 ? text : text.slice(0, space);
}

/** `__.SYMDEF`, `__.SYMDEF SORTED` and the same with `_64`: the index of BSD and Darwin archives. */
export function isSymdef(name: string): boolean {
  return /^__\.SYMDEF(_64)?( SORTED)?$/.test(name);
}

/** The name in the first bytes of a BSD member's data, without the NULs it is padded with. */
export function inlineName(bytes: Uint8Array): string {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return latin1(bytes.subarray(0, end));
}

/**
 * End of the entry at `offset` of a long-name table, its terminator included: `/\n` (GNU), NUL (COFF), `\n`
 * (ARFILENAMES). Not a bare slash: names in thin archives are paths.
 *
 * @throws MalformedError when the offset is not in the table or the entry has no end
 */
export function longNameEnd(table: ByteView, offset: number): number {
  if (offset >= table.length) {
    throw table.error(table.length, `no entry at ${offset}: the table has ${table.length} bytes`);
  }
  // A loop, not two searches: in a table of one terminator, looking for the other runs to its end each time.
  const { bytes, length } = table;
  for (let at = offset; at < length; at++) {
    if (bytes[at] === 0 || bytes[at] === 0x0a) return at + 1;
  }
  throw table.error(offset, 'name without an end');
}

/**
 * The name at `offset` of a long-name table.
 *
 * @throws MalformedError when the offset is not in the table or the entry has no end
 */
export function longName(table: ByteView, offset: number): string {
  const end = longNameEnd(table, offset) - 1;
  const isGnu = table.bytes[end] === 0x0a && end > offset && table.bytes[end - 1] === 0x2f;
  return latin1(table.bytes.subarray(offset, isGnu ? end - 1 : end));
}
