import { writeFileSync } from 'node:fs';
import { evenly, memberHeader } from '../archive-parts.js';

export interface GnuMember {
  readonly name: string;
  readonly data: Buffer;
  readonly symbol: string;
}

/** Names of more bytes are in the table of long names. */
const LONGEST_NAME = 15;

/** Writes a GNU archive with an index. */
export function writeGnuArchive(path: string, members: readonly GnuMember[]): void {
  const isLong = (name: string) => name.length > LONGEST_NAME;
  const long = members.filter(({ name }) => isLong(name));
  const table = Buffer.from(long.map(({ name }) => `${name}/\n`).join(''), 'latin1');
  const symbols = Buffer.from(members.map(({ symbol }) => `${symbol}\0`).join(''), 'latin1');
  const index = Buffer.alloc(evenly(4 + 4 * members.length + symbols.length));
  index.writeUInt32BE(members.length, 0);
  symbols.copy(index, 4 + 4 * members.length);
  const tables = table.length > 0 ? [memberHeader('//', evenly(table.length)), table, paddingOf(table)] : [];
  let position = 8 + 60 + index.length + tables.reduce((size, part) => size + part.length, 0);
  let longAt = 0;
  const parts = members.flatMap(({ name, data }, at) => {
    index.writeUInt32BE(position, 4 + 4 * at);
    const header = memberHeader(isLong(name) ? `/${longAt}` : `${name}/`, data.length);
    if (isLong(name)) longAt += name.length + 2;
    position += 60 + evenly(data.length);
    return [header, data, paddingOf(data)];
  });
  const head = [Buffer.from('!<arch>\n'), memberHeader('/', index.length), index];
  writeFileSync(path, Buffer.concat([...head, ...tables, ...parts]));
}

const paddingOf = (data: Buffer): Buffer => Buffer.alloc(data.length % 2, 0x0a);
