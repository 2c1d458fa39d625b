import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { evenly, memberHeader } from '../archive-parts.js';
import { nameOf, type Part, plain } from './parts.js';

export const GIB = 2 ** 30;
const HOLES = 4;
const HOLE = 1.4 * GIB - ((1.4 * GIB) % 8);
/** Bytes of a name in the index. */
const NAME_SIZE = nameOf(0).length + 1;

/** By its index, which has 64 or 32 bits; one of 32 bits cannot name what is behind 4 GiB. */
export type SparseKind = 'gnu64' | 'gnu' | 'darwin';

/** Five small objects with a huge member of zeros after each but the last. @returns its members */
export function makeSparse(path: string, kind: SparseKind): Part[] {
  const parts = makeParts(kind);
  const file = openSync(path, 'w');
  const offsets = writeParts(file, parts, kind);
  const head = headOf(parts, offsets, kind);
  writeSync(file, head, 0, head.length, 0);
  closeSync(file);
  return parts;
}

function makeParts(kind: SparseKind): Part[] {
  const parts: Part[] = [];
  for (let at = 0; at <= HOLES; at++) {
    const data = kind === 'darwin' ? padded(plain(at)) : plain(at);
    parts.push({ name: `small-${at}.o`, data, symbol: nameOf(at) });
    if (at < HOLES) parts.push({ name: `hole-${at}`, data: null, symbol: null });
  }
  return parts;
}

const padded = (data: Buffer): Buffer => Buffer.concat([data, Buffer.alloc(-data.length & 7, 0x0a)]);

/** Writes members behind the place of the index. @returns their offsets */
function writeParts(file: number, parts: readonly Part[], kind: SparseKind): number[] {
  let position = 8 + 60 + indexName(kind).inline.length + indexSize(kind);
  const offsets = parts.map(({ name, data }) => {
    const offset = position;
    const size = data?.length ?? HOLE;
    const inline = kind === 'darwin' ? `${name}${'\0'.repeat(-(offset + 60 + name.length) & 7)}` : '';
    const stored = kind === 'darwin' ? `#1/${inline.length}` : `${name}/`;
    writeSync(file, memberHeader(stored, size + inline.length), 0, 60, offset);
    if (inline) writeSync(file, Buffer.from(inline), 0, inline.length, offset + 60);
    if (data) writeSync(file, data, 0, size, offset + 60 + inline.length);
    position += 60 + inline.length + evenly(size);
    return offset;
  });
  ftruncateSync(file, position);
  return offsets;
}

function indexName(kind: SparseKind): { readonly stored: string; readonly inline: string } {
  if (kind !== 'darwin') return { stored: kind === 'gnu64' ? '/SYM64/' : '/', inline: '' };
  const inline = '__.SYMDEF SORTED\0\0\0\0';
  return { stored: `#1/${inline.length}`, inline };
}

/** With room for the names of all objects. */
function indexSize(kind: SparseKind): number {
  const objects = HOLES + 1;
  const names = NAME_SIZE * objects;
  if (kind === 'darwin') return Math.ceil((8 + 8 * objects + names) / 8) * 8;
  return evenly((kind === 'gnu64' ? 8 : 4) * (1 + objects) + names);
}

/** The first bytes of the archive, with the index. */
function headOf(parts: readonly Part[], offsets: readonly number[], kind: SparseKind): Buffer {
  const entries = parts.flatMap(({ symbol }, at) =>
    symbol === null ? [] : [{ symbol, offset: offsets[at] }],
  );
  const known = kind === 'gnu64' ? entries : entries.filter(({ offset }) => offset < 4 * GIB);
  const index = Buffer.alloc(indexSize(kind));
  const names = known.map(({ symbol }) => `${symbol}\0`).join('');
  const rows = known.map(({ offset }) => offset);
  index.write(names, kind === 'darwin' ? darwinRows(index, rows) : gnuRows(index, rows, kind), 'latin1');
  const { stored, inline } = indexName(kind);
  return Buffer.concat([
    Buffer.from('!<arch>\n'),
    memberHeader(stored, index.length + inline.length),
    Buffer.from(inline),
    index,
  ]);
}

/** @returns where the names begin */
function darwinRows(index: Buffer, offsets: readonly number[]): number {
  index.writeUInt32LE(8 * offsets.length, 0);
  for (const [at, offset] of offsets.entries()) {
    index.writeUInt32LE(at * NAME_SIZE, 4 + 8 * at);
    index.writeUInt32LE(offset, 8 + 8 * at);
  }
  index.writeUInt32LE(NAME_SIZE * offsets.length, 4 + 8 * offsets.length);
  return 8 + 8 * offsets.length;
}

/** @returns where the names begin */
function gnuRows(index: Buffer, offsets: readonly number[], kind: 'gnu' | 'gnu64'): number {
  const width = kind === 'gnu64' ? 8 : 4;
  for (const [at, number] of [offsets.length, ...offsets].entries())
    if (kind === 'gnu64') index.writeBigUInt64BE(BigInt(number), 8 * at);
    else index.writeUInt32BE(number, 4 * at);
  return width * (1 + offsets.length);
}
