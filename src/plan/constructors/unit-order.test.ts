import { expect, test } from 'vitest';
import { type MemberId, NONE } from '../../symbols/table.js';
import type { Twins } from '../twins/twins.js';
import { unitsOf } from './unit-order.js';

/** Copies by bytes and by the name of their unit. @param classes content and unit class of each member */
function twinsOf(classes: readonly (readonly [content: number, unit: number])[]): Twins {
  const share = (one: MemberId, other: MemberId, at: 0 | 1) =>
    classes[one][at] !== NONE && classes[one][at] === classes[other][at];
  return {
    content: Int32Array.from(classes, ([content]) => content),
    unit: Int32Array.from(classes, ([, unit]) => unit),
    declared: new Map(),
    relation: (one: MemberId, other: MemberId) => {
      if (share(one, other, 0)) return { kind: 'identical-bytes' };
      return share(one, other, 1) ? { kind: 'same-unit', proof: 'names' } : null;
    },
  } as unknown as Twins;
}

test('an object, its copy in an archive, and the copy of that by name are one unit', () => {
  const twins = twinsOf([
    [5, NONE],
    [5, 7],
    [6, 7],
    [8, 9],
  ]);
  expect([0, 1, 2, 3].map(unitsOf(twins, [0, 1, 2, 3]))).toEqual([0, 0, 0, 3]);
});
