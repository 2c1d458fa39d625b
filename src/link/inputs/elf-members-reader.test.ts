import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import {
  build,
  cStrings,
  offsetIndex,
  type Part,
  REGULAR,
  text,
} from '../../../test/builders/build-archive.js';
import { ROOT } from '../../../test/root.js';
import { ByteSource } from '../../bytes/byte-source.js';
import { readInputs } from './read-inputs.js';

/*
 * Members that the core reads in runs must be those that are read one by one: their names, places, properties, rows,
 * and the error of an archive that is not sound.
 */

const reading = vi.hoisted(() => ({ inRuns: true }));
vi.mock('./elf-members-reader.js', async (importOriginal) => {
  const { elfMembersReader } = await importOriginal<typeof import('./elf-members-reader.js')>();
  return {
    elfMembersReader: (...args: Parameters<typeof elfMembersReader>) =>
      reading.inRuns ? elfMembersReader(...args) : (position: number) => position,
  };
});

const objects = new Map<string, Buffer>(
  ['elf', 'macho', 'wasm'].flatMap((format) => {
    const folder = join(ROOT, 'fixtures/objects', format);
    const names = readdirSync(folder).filter((name) => name.endsWith('.o'));
    return names.map((name) => [`${format}/${name}`, readFileSync(join(folder, name))] as const);
  }),
);
const object = (name: string): Buffer => objects.get(name)!;

/** All that was read, as text, or the message of the error. */
function outcomeOf(bytes: Uint8Array, inRuns: boolean): string {
  reading.inRuns = inRuns;
  const key = 'lib.a';
  try {
    const source = ByteSource.of(key, bytes);
    const { inputs } = readInputs([{ path: key, key, source }], 'inspect');
    const { members, contents, symbols, archives } = inputs;
    const { names, groups, ...columns } = symbols;
    return JSON.stringify({
      stored: archives[0].stored.members,
      members: members.map(({ source: own, ...member }) => [member, own.label, own.start, own.size]),
      contents,
      groups,
      columns: Object.values(columns).map((column) => (typeof column === 'number' ? column : [...column])),
      names: Array.from({ length: names.length }, (_, name) => names.text(name)),
    });
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}

const expectSame = (bytes: Uint8Array): void => expect(outcomeOf(bytes, true)).toBe(outcomeOf(bytes, false));

const x86 = object('elf/everything-x86_64.o');
const acting = object('elf/acting.o');
const longNames: Part = {
  field: '//',
  data: text('a_rather_long_member_name.o/\nanother_one_of_these.o/\n'),
};

/** Names in every form, an object in which sections act, files that are not objects, and one of odd size. */
const mixed = build(REGULAR, [
  offsetIndex(4, [['global_function', 1]]),
  longNames,
  { field: 'a.o/', data: x86 },
  { field: 'Apple.o/', data: object('elf/state.o') },
  { field: '/0', data: acting },
  { field: 'note.txt/', data: text('seven b') },
  { field: 'no slash', data: object('elf/gnu.o') },
  { field: '/29', data: x86 },
  { field: '#1/8', data: Buffer.concat([cStrings('bsd.o').subarray(0, 5), Buffer.alloc(3), x86]) },
  { field: 'sixteen_chars_.o', data: Buffer.concat([object('elf/state.o'), Buffer.from('!')]) },
  { field: 'last.o/', data: x86 },
]);

describe('members of an archive in runs and one by one', () => {
  test('of all objects together', () => {
    const parts = [...objects].map(
      ([name, data]): Part => ({ field: `${name.slice(-14)}/`.replace('/', '_'), data }),
    );
    expectSame(build(REGULAR, parts));
    expectSame(build(REGULAR, parts.toReversed()));
  });

  test.each([...objects.keys()].filter((name) => name.startsWith('elf/')))('of %s', (name) => {
    const data = object(name);
    expectSame(
      build(REGULAR, [
        { field: 'a.o/', data },
        { field: 'b.o/', data: x86 },
        { field: 'c.o/', data },
      ]),
    );
  });

  test('of an archive that was cut or changed', { timeout: 120_000 }, () => {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    expect(outcomeOf(mixed, true)).toContain('a_rather_long_member_name.o');
    expectSame(mixed);
    for (let length = 0; length < mixed.length; length += 7) expectSame(mixed.subarray(0, length));
    const changed = Uint8Array.from(mixed);
    for (let at = 8; at < changed.length; at++) {
      // All bits of one byte, the lowest bit of the next.
      changed[at] ^= at % 2 === 0 ? 0xff : 0x01;
      if (at % 3 === 0 || changed.subarray(at, at + 64).includes(0x60)) expectSame(changed);
      changed[at] = mixed[at];
    }
    Error.stackTraceLimit = stackTraceLimit;
  });
});
