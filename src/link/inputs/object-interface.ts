import { createHash } from 'node:crypto';
import { isArchive } from '../../archive/read-archive.js';
import { isUniversal } from '../../archive/universal.js';
import type { ByteSource } from '../../bytes/byte-source.js';
import { isDefinition, isFunction } from '../../symbols/flags.js';
import { readContent } from '../../symbols/formats.js';
import type { ObjectContent } from '../../symbols/object-format.js';
import { readSharedLibrary } from '../../symbols/shared-libraries.js';
import {
  type MemberId,
  NONE,
  type Selection,
  type SymbolSink,
  SymbolTableBuilder,
} from '../../symbols/table.js';
import { openFiles } from './open-files.js';

/** Receives one object from its reader, passes it on to the plan's symbol table, and digests it. */
export interface ObjectInterface {
  readonly sink: SymbolSink;
  /** SHA-256 of the interface; null for a file that is not an object, or an object that cannot be compared. */
  digest(content: ObjectContent): string | null;
}

const WASM_MAGIC = 0x6d736100;

/**
 * Digests the link-relevant interface of an object: every name, group and row in the reader's order, and the object's
 * properties. Section numbers are replaced by the order of their first use, and sizes of functions by 0, in the digest
 * and in the symbol table, because plans do not depend on them. (The size of a WebAssembly function is kept: it holds
 * the signature.) Content that the planner reads later is not covered: see `InterfaceRecorder`.
 */
export function objectInterface(source: ByteSource, out: SymbolSink): ObjectInterface {
  const keepsSizes = source.size >= 4 && source.view(0, 4, 'file magic').u32(0) === WASM_MAGIC;
  const names: Buffer[] = [];
  const rows: number[] = [];
  const nameRanks = new Map<number, number>();
  const sections = new Map<number, number>();
  const groups = new Map<number, number>();
  const selections: string[] = [];
  const rankIn = (ranks: Map<number, number>, id: number): number => {
    if (id === NONE) return NONE;
    const rank = ranks.get(id) ?? ranks.size;
    if (rank === ranks.size) ranks.set(id, rank);
    return rank;
  };
  const sink: SymbolSink = {
    intern: (bytes, start, end) => {
      const id = out.intern(bytes, start, end);
      // The bytes at the first use; later uses are identified by the rank.
      if (!nameRanks.has(id)) names.push(lengthOf(end - start), Buffer.from(bytes.subarray(start, end)));
      rankIn(nameRanks, id);
      return id;
    },
    group: (signature: number, selection: Selection, size = 0, digest = 0) => {
      const id = out.group(signature, selection, size, digest);
      groups.set(id, groups.size);
      selections.push(selection);
      rows.push(-2, rankIn(nameRanks, signature), size, digest);
      return id;
    },
    symbol: (name, flags, section, size, group, alignment) => {
      const kept = !keepsSizes && isDefinition(flags) && isFunction(flags) ? 0 : size;
      const rank = rankIn(sections, section);
      rows.push(-1, rankIn(nameRanks, name), flags, rank, kept, groups.get(group) ?? NONE, alignment);
      out.symbol(name, flags, rank, kept, group, alignment);
    },
  };
  return {
    sink,
    digest: (content) => {
      if (content.kind !== 'object' || !isPlain(content)) return null;
      const hash = createHash('sha256');
      const { localNames = [], ...info } = content.info;
      const locals = Array.from(localNames, (name) => rankIn(nameRanks, name));
      hash.update(JSON.stringify([{ ...content, info }, locals, selections]));
      for (const name of names) hash.update(name);
      hash.update(Float64Array.from(rows));
      return hash.digest('hex');
    },
  };
}

function lengthOf(length: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(length);
  return bytes;
}

/** Whether JSON represents a value completely, which it does not for a typed array, a map or a function. */
function isPlain(value: unknown): boolean {
  const left: unknown[] = [value];
  while (left.length > 0) {
    const one = left.pop();
    if (one === null || ['string', 'number', 'boolean', 'undefined'].includes(typeof one)) continue;
    if (Array.isArray(one)) for (const item of one) left.push(item);
    else if (typeof one === 'object' && Object.getPrototypeOf(one) === Object.prototype)
      left.push(...Object.values(one as object));
    else return false;
  }
  return true;
}

/** The interfaces of the objects on a line. Of an object that is read again, a plan may depend on any byte. */
export class InterfaceRecorder {
  readonly #digests = new Map<MemberId, string>();
  readonly #readAgain = new Set<MemberId>();

  /** Reads an object with `read` and returns the source from which later steps read it. */
  record(
    member: MemberId,
    source: ByteSource,
    out: SymbolSink,
    read: (sink: SymbolSink) => ObjectContent,
  ): { readonly content: ObjectContent; readonly source: ByteSource } {
    const { sink, digest } = objectInterface(source, out);
    const content = read(sink);
    const own = digest(content);
    if (own !== null) this.#digests.set(member, own);
    return { content, source: source.watched(() => this.#readAgain.add(member)) };
  }

  /** By member: digest of the object's interface, for objects that no later step read. */
  digests(): ReadonlyMap<MemberId, string> {
    return new Map([...this.#digests].filter(([member]) => !this.#readAgain.has(member)));
  }
}

/** The digest of the interface of a file that is an object, as a line reads it; null for any other. */
export function interfaceOfFile(path: string): string | null {
  const files = openFiles();
  try {
    const { source } = files.open(path);
    const head = source.viewUpTo(0, 8, 'file magic').bytes;
    if (isArchive(head) || isUniversal(head)) return null;
    const builder = new SymbolTableBuilder();
    builder.beginMember();
    if (readSharedLibrary(source, builder) !== null) return null;
    const { sink, digest } = objectInterface(source, builder);
    return digest(readContent(source, sink));
  } catch {
    // The file is missing or malformed: opening it for a plan reports the error.
    return null;
  } finally {
    files.close();
  }
}
