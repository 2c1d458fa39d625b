import { describe, expect, test } from 'vitest';
import { planOrCodes, readEditScenario } from '../../../test/edit-scenario.js';

/** Edits that would link without a message and give a wrong program: each is refused, and says why. */

const codesOf = (notation: string, options: string): string[] => {
  const found = planOrCodes(readEditScenario(notation), options);
  return Array.isArray(found) ? found : [];
};

/** A program between two complete runtimes, of which a process has one. */
const TWO_RUNTIMES = (start: string) => `
link: main.o libs.a libw.a
main.o:
  T main
  U s w
libs.a(s.o): [content=s]
  T s ${start}
libw.a(w.o): [content=w]
  T w ${start}
  U ${start}
`;

describe('edits that would link and give a wrong program are refused', () => {
  test.each(['caml_startup', '_cgo_init', 'hs_init'])('isolate of a second complete runtime: %s', (start) => {
    expect(codesOf(TWO_RUNTIMES(start), '--isolate libw.a')).toContain('edit-registry');
  });

  test.each(['--first-wins', '--yield caml_startup=libs.a'])(
    'a mixture of two complete runtimes: %s',
    (options) => {
      expect(codesOf(TWO_RUNTIMES('caml_startup'), options)).toContain('edit-registry');
    },
  );

  const TENTATIVE = `
link: main.o libs.a libw.a
main.o:
  T main
  U s w
libs.a(s.o): [content=s]
  T s
  C table [size=4]
libw.a(w.o): [content=w]
  T w
  D table [size=8]
`;
  test('yield to a tentative definition of fewer bytes', () => {
    expect(codesOf(TENTATIVE, '--yield table=libs.a')).toEqual(['edit-no-effect']);
    expect(codesOf(TENTATIVE, '--yield table=libw.a')).toEqual(['edit-no-effect']);
  });

  const HALF_ALLOCATOR = `
link: main.o libm.a libc.a
main.o:
  T main
  U malloc free malloc_usable_size
libm.a(m.o): [content=m]
  T malloc free
libc.a(c.o): [content=c]
  T malloc free malloc_usable_size
`;
  test.each(['--first-wins', '--yield malloc=libm.a', '--yield free=libm.a'])(
    'half of an allocator: %s',
    (options) => {
      expect(codesOf(HALF_ALLOCATOR, options)).toContain('edit-allocator');
    },
  );

  const TWO_BUILDS = `
link: main.o libs.a libw.a
main.o:
  T main
  U s w
libs.a(s.o): [content=s]
  T s next
  D counter
libw.a(w.o): [content=w]
  T w next
  D counter
  U next counter
`;
  test('isolate of a second build that shares a counter, unless that is accepted by name', () => {
    expect(codesOf(TWO_BUILDS, '--isolate libw.a')).toEqual(['edit-splits-state']);
    const plan = planOrCodes(readEditScenario(TWO_BUILDS), '--isolate libw.a --accept-split counter');
    if (Array.isArray(plan) || !plan.edits) throw new Error('no plan');
    const { inputs, splits } = plan.edits;
    const { names, name } = inputs.symbols;
    expect(splits.map(([copy]) => names.text(name[copy]).replace(/\.iso\..*/, ''))).toEqual(['counter']);
  });

  test('any edit of an object that LTO compiles again', () => {
    const notation = TWO_BUILDS.replace('[content=w]', '[recompiled]');
    for (const options of ['--isolate libw.a', '--yield next=libs.a', '--first-wins'])
      expect(codesOf(notation, options)).toContain('edit-recompiled');
  });
});
