import { expect, test } from 'vitest';
import { type ArchiveDecision, agree, type LineDecision } from './agree.js';

/** By archive: ordinals of the members that a line would drop if it were planned alone. */
type Wish = Readonly<Record<string, readonly number[]>>;

interface Line {
  readonly drops: Wish;
  readonly withoutCopy?: Wish;
}

const ordinals = (wish: Wish | undefined, key: string): readonly number[] => wish?.[key] ?? [];

/** Plans as lines that follow the agreement, and counts how often each is planned. */
function planAll(lines: readonly Line[]) {
  const plans = lines.map(() => 0);
  const found = agree(lines.length, (row, agreement): LineDecision => {
    plans[row]++;
    const { drops, withoutCopy } = lines[row];
    const keys = Object.keys(drops);
    const { ranking } = agreement;
    if (ranking) keys.sort((one, other) => ranking.indexOf(one) - ranking.indexOf(other));
    const decide = (key: string): ArchiveDecision => {
      const unused = ordinals(withoutCopy, key);
      const idle = unused.filter((ordinal) => agreement.isDroppedElsewhere(key, ordinal));
      const dropped = [...ordinals(drops, key), ...idle].filter(
        (ordinal) => agreement.neededBy(key, ordinal) === undefined,
      );
      return { dropped: new Set(dropped), withoutCopy: new Set(unused) };
    };
    return { archives: new Map(keys.map((key) => [key, decide(key)])) };
  });
  const dropped = found.map(({ archives }) =>
    Object.fromEntries([...archives].map(([key, own]) => [key, [...own.dropped]])),
  );
  return { dropped, plans };
}

test('lines that agree are planned once', () => {
  const line = { drops: { a: [0, 1], b: [] } };
  expect(planAll([line, line])).toEqual({ dropped: [line.drops, line.drops], plans: [1, 1] });
});

test('what one line needs stays for all, in each archive', () => {
  const { dropped } = planAll([
    { drops: { a: [0, 1, 2] } },
    { drops: { a: [1, 2] } },
    { drops: { a: [0, 2] } },
  ]);
  expect(dropped).toEqual([{ a: [2] }, { a: [2] }, { a: [2] }]);
});

test('an archive of one line alone is of no concern to others', () => {
  const { dropped, plans } = planAll([{ drops: { a: [0], b: [3] } }, { drops: { a: [0] } }]);
  expect([dropped, plans]).toEqual([
    [{ a: [0], b: [3] }, { a: [0] }],
    [1, 1],
  ]);
});

test('a line may lose what it does not use', () => {
  const { dropped } = planAll([{ drops: { a: [0] } }, { drops: { a: [] }, withoutCopy: { a: [0, 1] } }]);
  expect(dropped).toEqual([{ a: [0] }, { a: [0] }]);
});

test('archives that more lines have come first for each of them', () => {
  const order: (readonly string[] | undefined)[] = [];
  agree(3, (row, { ranking }) => {
    order.push(ranking);
    const keys = row === 0 && ranking === undefined ? ['a', 'b'] : row === 0 ? ['b', 'a'] : ['b'];
    const nothing = { dropped: new Set<number>(), withoutCopy: new Set<number>() };
    return { archives: new Map(keys.map((key) => [key, nothing])) };
  });
  // Only the first line, whose own order is another one, is planned again.
  expect(order).toEqual([undefined, undefined, undefined, ['b', 'a']]);
});
