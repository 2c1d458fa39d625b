import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../../../test/root.js';
import { ByteSource } from '../../bytes/byte-source.js';
import type { InputFile } from '../../link/inputs/input-file.js';
import type { Inputs } from '../../link/inputs/inputs.js';
import { FactBook, keepFacts } from '../../link/inputs/member-facts.js';
import { readInputs } from '../../link/inputs/read-inputs.js';
import { NONE } from '../../symbols/table.js';
import { findTwins } from './twins.js';

/* Twins that are found by facts of an earlier plan are those that are found by the bytes. */

const fileOf = (path: string, bytes: Uint8Array): InputFile => ({
  path,
  key: path,
  source: ByteSource.of(path, bytes),
});

/** All archives of the founding case, two of them twice, after the object and some of their members. */
function founding(format: string): Inputs {
  const folder = join(ROOT, 'fixtures/founding', format);
  const archives = readdirSync(folder).filter((name) => name.endsWith('.a'));
  const read = (name: string) => readFileSync(join(folder, name));
  const files = archives.map((name) => fileOf(name, read(name)));
  const copies = archives.slice(0, 2).map((name) => fileOf(`copy-of-${name}`, read(name)));
  const members = readInputs(files).inputs.members.slice(0, 3);
  const objects = members.map(({ source }, at) => fileOf(`${at}.o`, source.bytes('member')));
  return readInputs([fileOf('main.o', read('main.o')), ...objects, ...files, ...copies]).inputs;
}

/** Keeps facts about the members of archives in a book. */
function withBook(inputs: Inputs, book: FactBook): Inputs {
  const members = inputs.members.filter(({ archive }) => archive !== NONE);
  for (const [id, member] of members.entries()) keepFacts(member, { book, id });
  return inputs;
}

function viewOf(inputs: Inputs): object {
  const { origins, content, firstEqual, unit, relation, variantOf, copiesOfVariant, haveEqualData } =
    findTwins(inputs);
  const ids = inputs.members.map(({ id }) => id);
  const { symbols } = inputs;
  const variants = ids.map(variantOf);
  const pairs = ids.flatMap((one) => ids.map((other) => relation(one, other)));
  const data: boolean[] = [];
  for (let one = 0; one < symbols.length; one += 7)
    for (let other = one + 1; other < symbols.length; other++)
      if (symbols.name[one] === symbols.name[other]) data.push(haveEqualData(one, other));
  return { origins, content, firstEqual, unit, variants, copies: variants.map(copiesOfVariant), pairs, data };
}

const throughJson = ({ facts }: FactBook): FactBook => new FactBook(JSON.parse(JSON.stringify(facts)));

describe.each(['elf', 'macho', 'coff', 'wasm'])('%s', (format) => {
  const expected = viewOf(founding(format));

  test('with new and with known facts', () => {
    const book = new FactBook();
    expect(viewOf(withBook(founding(format), book))).toEqual(expected);
    expect(book.isChanged).toBe(true);
    const known = throughJson(book);
    expect(viewOf(withBook(founding(format), known))).toEqual(expected);
    expect(known.isChanged).toBe(false);
  });

  test('with some facts, and with values of other forms', () => {
    const book = new FactBook();
    viewOf(withBook(founding(format), book));
    const facts = Object.entries(book.facts);
    for (const changed of [
      facts.filter((_, at) => at % 2 === 0),
      facts.map(([key, value], at) => [key, at % 3 === 0 ? { of: 'another kind' } : value]),
    ]) {
      const some = new FactBook(Object.fromEntries(changed));
      expect(viewOf(withBook(founding(format), some))).toEqual(expected);
      expect(Object.keys(some.facts).toSorted()).toEqual(Object.keys(book.facts).toSorted());
    }
  });

  test('an edited member has no facts', () => {
    const book = new FactBook();
    const inputs = withBook(founding(format), book);
    const image = () => {
      throw new Error('not read');
    };
    viewOf({ ...inputs, members: inputs.members.map((member) => ({ ...member, image })) });
    expect(book.isChanged).toBe(false);
  });

  test('of a line on which some archives are hidden', () => {
    const bytes = readFileSync(join(ROOT, 'fixtures/founding', format, 'libstdlib.a'));
    const four = (hidden: number): Inputs => {
      const files = [0, 1, 2, 3].map((at) => ({ ...fileOf(`${at}.a`, bytes), isHidden: at >= hidden }));
      return readInputs(files).inputs;
    };
    for (const [one, other] of [
      [2, 4],
      [4, 2],
      [2, 1],
    ]) {
      const book = new FactBook();
      viewOf(withBook(four(one), book));
      expect(viewOf(withBook(four(other), throughJson(book)))).toEqual(viewOf(four(other)));
    }
  });
});
