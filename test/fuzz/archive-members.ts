import type { StoredMember } from '../../src/archive/archive.js';
import { readArchive } from '../../src/archive/read-archive.js';
import type { ByteSource } from '../../src/bytes/byte-source.js';
import { type ElfMember, ElfMembers } from '../../src/symbols/elf/read-members.js';
import { readContent } from '../../src/symbols/formats.js';
import { SymbolTableBuilder } from '../../src/symbols/table.js';
import { build, REGULAR, text } from '../builders/build-archive.js';
import { fixtures } from './fixtures.js';

/** Small objects, with names in the header and in the table of long names. */
export function archiveOfObjects(): Uint8Array {
  const objects = fixtures('objects/elf', /^(state|gnu|acting|everything-(x86_64|armv7|mips))\.o$/);
  return build(REGULAR, [
    { field: '//', data: text('a_rather_long_member_name.o/\n') },
    ...objects.map((data, at) => ({ field: at % 2 === 0 ? '/0' : `${at}.o/`, data })),
  ]);
}

const inRuns = new SymbolTableBuilder();
const alone = new SymbolTableBuilder();

/**
 * Checks that the members that the core reads in runs are those that are read one by one.
 * @throws MalformedError for an archive that is not sound
 */
export function compareMembers(archive: ByteSource): void {
  const { members, tables, isThin, kind } = readArchive(archive);
  if (isThin || kind === 'aix-big') return;
  const hasNames = tables.some(({ role }) => role === 'names');
  inRuns.core.clear();
  const reader = new ElfMembers(inRuns.core, archive);
  for (let at = 0; at < members.length; ) {
    const first = inRuns.core.exports.memberCount();
    const run = reader.read(members[at].headerOffset, hasNames);
    run.members.forEach((member, place) => {
      compareMember(archive, member, members[at + place]);
      expectEqual(rowsOf(inRuns, first + place), rowsOf(alone, 0));
    });
    at += Math.max(1, run.members.length);
    if (at < members.length && run.members.length > 0) expectEqual(run.next, members[at].headerOffset);
  }
}

function compareMember(archive: ByteSource, member: ElfMember, stored: StoredMember): void {
  const { name, headerOffset, dataOffset, size, nameOffset } = member;
  expectEqual(
    [headerOffset, dataOffset, size, nameOffset],
    [stored.headerOffset, stored.dataOffset, stored.size, stored.nameOffset],
  );
  if (name !== null) expectEqual(name, stored.name);
  alone.core.clear();
  alone.beginMember();
  expectEqual(member.content, readContent(archive.slice(dataOffset, size, stored.name), alone));
}

/** Rows of one member, with names as text. */
function rowsOf({ core, names }: SymbolTableBuilder, member: number): unknown {
  const { exports } = core;
  const members = exports.memberCount();
  const starts = [...core.column('firstSymbol', members), exports.symbolCount()];
  const [start, end] = [starts[member], starts[member + 1]];
  const columns = (['flags', 'section', 'size', 'alignment'] as const).map((column) =>
    [...core.column(column, end)].slice(start),
  );
  const texts = [...core.column('name', end)].slice(start).map((name) => names.text(name));
  return [texts, ...columns];
}

function expectEqual(found: unknown, expected: unknown): void {
  const [one, other] = [JSON.stringify(found), JSON.stringify(expected)];
  if (one !== other) throw new Error(`in a run ${one}, one by one ${other}`);
}
