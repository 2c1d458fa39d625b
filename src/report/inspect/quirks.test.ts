import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  build,
  coffIndex,
  inlineNamed,
  offsetIndex,
  type Part,
  pairIndex,
  REGULAR,
  text,
} from '../../../test/builders/build-archive.js';
import { ByteSource } from '../../bytes/byte-source.js';
import { checkIndex } from '../../link/inputs/archive-index.js';
import { readInputs } from '../../link/inputs/read-inputs.js';
import { makeColors } from '../colors.js';
import { inspectAll } from './inspection.js';
import { inspectionText } from './inspection-text.js';
import { odditiesOf, oddityWords } from './quirks.js';

const fixture = (path: string): Uint8Array =>
  readFileSync(join(import.meta.dirname, '../../../fixtures/archives/objects', path));
const member = (name: string, data: Uint8Array): Part => ({ field: `${name}/`, data });

/** Codes of what is odd, with the ordinals that each is about. */
function oddities(...parts: Part[]): Record<string, readonly number[]> {
  const source = ByteSource.of('lib.a', build(REGULAR, parts));
  const { inputs } = readInputs([{ path: 'lib.a', key: 'lib.a', source }], 'inspect');
  const [archive] = inputs.archives;
  const found = odditiesOf(inputs, archive, checkIndex(inputs, archive).policy);
  for (const { code } of found) expect(oddityWords(code)).not.toBe('');
  return Object.fromEntries(found.map(({ code, members }) => [code, members]));
}

const alpha = member('alpha.o', fixture('elf/alpha.o'));
const nothingOdd = offsetIndex(4, [
  ['alpha', 1],
  ['zeta', 1],
]);

describe('ELF', () => {
  test('nothing odd', () => expect(oddities(nothingOdd, alpha)).toEqual({}));
  test('no index', () => expect(oddities(alpha)).toEqual({ 'no-index': [] }));
  test('an index that points to no member', () =>
    expect(oddities(offsetIndex(4, [['alpha', 0]]), alpha)).toEqual({ 'dangling-entries': [] }));
  test('equal names, nothing in a member, a member of another machine', () =>
    expect(
      oddities(nothingOdd, alpha, alpha, member('void.o', text('')), member('pe.o', fixture('coff/beta.o'))),
    ).toEqual({ 'repeated-name': [0, 1], empty: [2], 'mixed-machines': [3] }));
  test('text beside objects is nothing to these linkers', () =>
    expect(oddities(nothingOdd, alpha, member('note.txt', text('hello')))).toEqual({}));
});

describe('Mach-O', () => {
  const index = pairIndex([['_alpha', 1]], { name: '__.SYMDEF', nameSize: 12 });
  const macho = fixture('macho/alpha.o');
  test('nothing odd', () => expect(oddities(index, inlineNamed('alpha.o', 12, macho))).toEqual({}));
  test('content that is not aligned, and a member that is not an object', () =>
    expect(
      oddities(index, inlineNamed('alpha.o', 10, macho), inlineNamed('lib.rmeta', 12, text('rust'))),
    ).toEqual({ misaligned: [0], 'no-object': [1] }));
  test('in GNU’s layout', () =>
    expect(Object.keys(oddities(offsetIndex(4, [['_alpha', 1]]), member('alpha.o', macho)))).toContain(
      'not-apple-layout',
    ));
});

test('COFF: linker members that do not say the same', () => {
  const beta = member('beta.o', fixture('coff/beta.o'));
  const first = offsetIndex(4, [['other', 2]]);
  expect(oddities(first, coffIndex([['beta', 2]], [2]), beta)).toEqual({ 'linker-members-differ': [] });
});

test('an unknown build of a crate is left out', () => {
  const unit = 'rt.dne1lqa31v1ofss85m8z1e001.rcgu.o';
  const source = ByteSource.of(
    'lib.a',
    build(REGULAR, [inlineNamed(unit, unit.length, fixture('elf/alpha.o'))]),
  );
  const { inputs } = readInputs([{ path: 'lib.a', key: 'lib.a', source }], 'inspect');
  const shown = inspectionText(inspectAll({ inputs, universal: [] }), true, makeColors(false));
  expect(shown).toMatch(/crates +1: rt\n/);
  expect(shown).toContain('crate rt, unit ');
});
