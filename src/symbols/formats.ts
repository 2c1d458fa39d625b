import type { ByteSource } from '../bytes/byte-source.js';
import { bitcode } from './bitcode/read-object.js';
import { coffImport } from './coff/import.js';
import { coff } from './coff/read-object.js';
import { elf } from './elf/read-object.js';
import { foreignObject } from './foreign-object.js';
import { macho } from './macho/read-object.js';
import { type ObjectContent, type ObjectFormat, UnreadableError } from './object-format.js';
import type { SymbolSink } from './table.js';
import { wasm } from './wasm/read-object.js';

/** Every format we read. A format is a file here and a line there. */
export const formats: readonly ObjectFormat[] = [elf, macho, coff, coffImport, wasm, bitcode];

/** As many of an object's first bytes as it takes to tell its format. */
const HEAD = 64;

/**
 * Reads a member: returns its kind and properties, and adds its symbols to `out`. If the member is unreadable, the
 * caller must discard its rows.
 *
 * @throws MalformedError for a broken member of a supported format
 */
export function readContent(object: ByteSource, out: SymbolSink): ObjectContent {
  const head = object.viewUpTo(0, HEAD, 'first bytes').bytes;
  const format = formats.find((known) => known.matches(head));
  if (format === undefined) {
    const problem = foreignObject(head, object.size);
    return problem === null ? { kind: 'not-object' } : { kind: 'unreadable', problem };
  }
  try {
    return { kind: 'object', info: format.readObject(object, out) };
  } catch (error) {
    if (error instanceof UnreadableError) return { kind: 'unreadable', problem: error.message };
    throw error;
  }
}
