import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Dice, diceOf } from '../../../test/random/dice.js';
import { ROOT } from '../../../test/root.js';
import { ByteSource } from '../../bytes/byte-source.js';
import type { Inputs } from '../../link/inputs/inputs.js';
import { readInputs } from '../../link/inputs/read-inputs.js';
import { servedMembers } from '../../link/resolve/row-searches.js';
import { isDefined, isReference } from '../../symbols/flags.js';
import { NONE } from '../../symbols/table.js';
import { covers } from './covers.js';

/* Pairs that are counted by classes are those that are found one by one. */

/** All archives of the founding case, one of them twice, and its object. */
function founding(format: string): Inputs {
  const folder = join(ROOT, 'fixtures/founding', format);
  const names = readdirSync(folder).filter((name) => /\.[ao]$/.test(name));
  const files = [...names, 'libext_http.a'].map((name, at) => ({
    path: `${at}/${name}`,
    key: `${at}`,
    source: ByteSource.of(name, readFileSync(join(folder, name))),
  }));
  return readInputs(files).inputs;
}

function pairsOneByOne(inputs: Inputs, content: Int32Array, unit: Int32Array): number[] {
  const { name, flags, names } = inputs.symbols;
  const wanted = new Uint8Array(names.length);
  for (let row = 0; row < name.length; row++) if (isReference(flags[row])) wanted[name[row]] = 1;
  const isSame = (classes: Int32Array, one: number, other: number) =>
    classes[one] !== NONE && classes[one] === classes[other];
  const counts = inputs.archives.map(() => 0);
  for (const { id, archive } of inputs.members)
    for (const other of inputs.members) {
      if (archive === NONE || archive === other.archive) continue;
      const mayReplace =
        isSame(content, id, other.id) || (isSame(unit, id, other.id) && covers(inputs, id, other.id, wanted));
      if (mayReplace) counts[archive]++;
    }
  return counts;
}

/** Random classes of equal content: members of one class define the same names. */
function contentClasses({ members, symbols }: Inputs, dice: Dice): Int32Array {
  const { firstSymbol, flags, name } = symbols;
  const ids = new Map<string, number>();
  return Int32Array.from(members, ({ id }) => {
    if (dice.chance(0.2)) return NONE;
    const defined: number[] = [];
    for (let row = firstSymbol[id]; row < firstSymbol[id + 1]; row++)
      if (isDefined(flags[row])) defined.push(name[row]);
    const key = `${defined} ${dice.below(2)}`;
    ids.set(key, ids.get(key) ?? ids.size);
    return ids.get(key) ?? NONE;
  });
}

test.each(['elf', 'macho', 'coff', 'wasm'])('%s', (format) => {
  const inputs = founding(format);
  for (let seed = 1; seed <= 20; seed++) {
    const dice = diceOf(seed);
    const content = contentClasses(inputs, dice);
    const unit = Int32Array.from(inputs.members, () => dice.below(4) - 1);
    expect([...servedMembers(inputs, content, unit)], `seed ${seed}`).toEqual(
      pairsOneByOne(inputs, content, unit),
    );
  }
});

test('classes may have any numbers', () => {
  const inputs = founding('elf');
  const dice = diceOf(1);
  const content = contentClasses(inputs, dice);
  const unit = Int32Array.from(inputs.members, () => dice.below(4) - 1);
  const larger = (column: Int32Array) =>
    column.map((classId) => (classId === NONE ? NONE : 7 * classId + 100_000));
  const counts = servedMembers(inputs, content, unit);
  expect(Math.max(...counts)).toBeGreaterThan(0);
  expect(servedMembers(inputs, larger(content), larger(unit))).toEqual(counts);
});

test('refuses columns that are not as long as the members', () => {
  const inputs = founding('elf');
  const none = new Int32Array(inputs.members.length).fill(NONE);
  expect(() => servedMembers(inputs, none.subarray(1), none)).toThrow(RangeError);
  expect(() => servedMembers(inputs, none, none.subarray(1))).toThrow(RangeError);
});
