import { expect, test } from 'vitest';
import { type Dice, diceOf } from '../../test/random/dice.js';
import { jsonPieces } from './json-pieces.js';

function randomValue(dice: Dice, level: number): unknown {
  const kind = dice.below(level < 6 ? 7 : 4);
  if (kind === 0) return dice.pick([null, true, 0, -1.5, '']);
  if (kind === 1) return dice.pick(['a\nb', '"', '\u2028', 'ä', '\ud800']);
  if (kind === 2) return [];
  if (kind === 3) return dice.chance(0.5) ? {} : { left: undefined };
  const length = dice.chance(0.1) ? 200 + dice.below(700) : dice.below(4);
  const values = Array.from({ length }, () => (length > 9 ? dice.below(9) : randomValue(dice, level + 1)));
  if (kind === 4) return values;
  return Object.fromEntries(values.map((value, at) => [dice.chance(0.1) ? `"${at}` : `key ${at}`, value]));
}

test('the pieces are the text that JSON.stringify makes', () => {
  for (let seed = 1; seed <= 2000; seed++) {
    const value = randomValue(diceOf(seed), 0);
    expect([...jsonPieces(value)].join(''), `seed ${seed}`).toBe(JSON.stringify(value, null, 1));
  }
});

test('no piece has all of a large document, nor of a long array in it', () => {
  const rows = Array.from({ length: 50_000 }, (_, at) => ({ at, name: `name ${at}` }));
  const pieces = [...jsonPieces({ plans: [{ rows }] })];
  expect(pieces.join('')).toBe(JSON.stringify({ plans: [{ rows }] }, null, 1));
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(200_000);
});
