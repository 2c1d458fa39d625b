import {
  build,
  inlineNamed,
  META,
  offsetIndex,
  type Part,
  padded,
  pairIndex,
  THIN,
  text,
} from './build-archive.js';

/** A member of an archive to be made. */
export interface MadeMember {
  readonly name: string;
  readonly data: Uint8Array;
}

/**
 * A GNU archive with the given index entries in the given order, whether or not they are right.
 * @param index name and ordinal of the member, −1 for an offset at which no member starts; null for no index
 * @param isThin writes a thin archive: the names are paths, and no data is written
 */
export function writeGnuArchive(
  members: readonly MadeMember[],
  index: readonly { readonly name: string; readonly ordinal: number }[] | null,
  isThin = false,
): Uint8Array {
  // As GNU ar and llvm-ar have it; gold takes an index of nothing for damage.
  if (members.length === 0) return text('!<arch>\n');
  const isLong = ({ name }: MadeMember) => isThin || name.length > 15;
  const table: string[] = [];
  let tableSize = 0;
  const fields = members.map((member): string => {
    if (!isLong(member)) return `${member.name}/`;
    const field = `/${tableSize}`;
    table.push(`${member.name}/\n`);
    tableSize += member.name.length + 2;
    return field;
  });
  const before = (index === null ? 0 : 1) + (table.length > 0 ? 1 : 0);
  const parts: Part[] = [];
  if (index !== null)
    parts.push(
      offsetIndex(
        4,
        index.map(({ name, ordinal }) => [name, ordinal < 0 ? 0 : ordinal + before]),
      ),
    );
  if (table.length > 0) parts.push({ field: '//', meta: ' '.repeat(32), data: text(table.join('')) });
  const nothing = new Uint8Array(0);
  for (const [at, { data }] of members.entries())
    parts.push({ field: fields[at], meta: META, data: isThin ? nothing : data, size: data.length });
  return build(isThin ? THIN : '!<arch>\n', parts);
}

/** A Darwin archive whose names precede the data. `index` has the entries of its symbol index; null for no index. */
export function writeDarwinArchive(
  members: readonly MadeMember[],
  index: readonly { readonly name: string; readonly ordinal: number }[] | null,
): Uint8Array {
  const rows = (index ?? []).map(({ name, ordinal }) => [name, ordinal + 1] as const);
  const table = index === null ? [] : [pairIndex(rows, { name: '__.SYMDEF', nameSize: 12 })];
  return build('!<arch>\n', [...table, ...members.map(({ name, data }) => darwinMember(name, data))]);
}

function darwinMember(name: string, data: Uint8Array): Part {
  const nameSize = Math.ceil((name.length + 1) / 8) * 8 + 4;
  return inlineNamed(name, nameSize, padded(data, 8));
}
