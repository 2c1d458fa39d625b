import { describe, expect, test } from 'vitest';
import { findProfile } from '../link/linkers/find-profile.js';
import { parseNotation } from '../link/notation/notation.js';
import { planTrim } from './plan-trim.js';

const COPY_ON_THE_LINE = `
main.o:
  T main
  U f
f.o: [content=F]
  T f
libf.a(f.o): [content=F]
  T f
`;

describe('an object of the line', () => {
  test.each([
    ['main.o f.o libf.a', 'drop'],
    ['main.o --start-lib f.o --end-lib libf.a', 'keep'],
  ])(
    'is in the link after, and only an object that is always linked replaces a member: %s',
    (words, dropped) => {
      const { inputs, line } = parseNotation(`link: ${words}${COPY_ON_THE_LINE}`);
      const { verdicts, scenarios } = planTrim(inputs, line, { providers: [0], linker: null });
      expect(verdicts.map(({ kind }) => kind)).toEqual(['keep', 'keep', dropped]);
      const object = inputs.members.findIndex(({ name, archive }) => name === 'f.o' && archive < 0);
      for (const { after } of scenarios) expect(after.isLoaded[object]).toBe(1);
    },
  );
});

describe('a line that a linker refuses', () => {
  const { inputs, line } = parseNotation(`link: main.o --start-lib f.o --end-lib libf.a${COPY_ON_THE_LINE}`);

  test('is planned for the others', () => {
    const { scenarios } = planTrim(inputs, line, { providers: [], linker: null });
    expect(scenarios.map(({ profile }) => profile.id)).toEqual(['gold', 'lld-14', 'lld', 'mold', 'wild']);
  });

  test('is not planned for that one', () => {
    expect(() => planTrim(inputs, line, { providers: [], linker: findProfile('gnu-ld') })).toThrow(
      'GNU ld does not support --start-lib',
    );
  });
});
