import { describe, expect, test } from 'vitest';
import { ByteSource } from '../../src/bytes/byte-source.js';
import type { Inputs } from '../../src/link/inputs/inputs.js';
import { readInputs } from '../../src/link/inputs/read-inputs.js';
import { buildInputs } from '../../src/link/notation/notation.js';
import { type NotedLink, readNotation } from '../../src/link/notation/notation-text.js';
import { NONE } from '../../src/symbols/table.js';
import { randomLink } from '../random/random-link.js';
import { writeElf } from './write-elf.js';

/** Rows of all members, in an order of their own: assemblers put local symbols first. */
function rowsOf({ members, symbols, contents }: Inputs): string[][] {
  const { names, groups } = symbols;
  return members.map(({ id }) => {
    const rows: string[] = [];
    for (let symbol = symbols.firstSymbol[id]; symbol < symbols.firstSymbol[id + 1]; symbol++) {
      const group = symbols.group[symbol];
      const signature = group === NONE ? '' : names.text(groups[group].signature);
      const text = names.text(symbols.name[symbol]);
      rows.push([text, symbols.flags[symbol], symbols.size[symbol], signature].join(' '));
    }
    const content = contents[id];
    const effects = content.kind === 'object' ? content.info.sideEffects : [];
    return [...rows.sort(), ...effects.map(({ kind, section, entries }) => `${kind} ${section} ${entries}`)];
  });
}

/** Members as a reader sees their objects; each member carries one more row, for `.data.member` and its like. */
function readBack(link: NotedLink): Inputs {
  const files = link.members.map((member, at) => {
    const source = ByteSource.of(member.name, writeElf(member, { member: at, firstSymbol: 0 }));
    return { path: `${at}`, key: `${at}`, source };
  });
  return readInputs(files).inputs;
}

describe('objects from the notation', () => {
  test('read as what the notation says', () => {
    const link = readNotation(`
      a.o:
        U f g [tls]
        w h
        T t [hidden] p [protected] ct [init=00099]
        D d [size=24] td [tls]
        B z [size=16]
        R r
        C c [size=16] [align=4]
        W k [group=k]
        V k2 [group=k]
        u q
        i ifn
        d state
        b zeros
    `);
    const expected = rowsOf(buildInputs(link).inputs);
    const own = /^\.data\.(member|refs) /;
    expect(rowsOf(readBack(link)).map((rows) => rows.filter((row) => !own.test(row)))).toEqual(expected);
  });

  test('so do random ones', () => {
    for (let seed = 1; seed <= 100; seed++) {
      const link = { ...randomLink(seed), words: [], indexes: new Map() };
      // A linker makes shared libraries, and they are read from there.
      const members = link.members
        .filter(({ marks }) => !marks.has('shared'))
        .map((member, at) => ({ ...member, archive: null, name: `${at}.o` }));
      const objects = { ...link, members, words: members.map(({ name }) => name) };
      const own = /^\.data\.(member|refs) /;
      const found = rowsOf(readBack(objects)).map((rows) => rows.filter((row) => !own.test(row)));
      expect(found).toEqual(rowsOf(buildInputs(objects).inputs));
    }
  });
});
