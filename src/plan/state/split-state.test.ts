import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, expect } from 'vitest';
import { needsTool } from '../../../test/oracles/tools.js';
import { runMain } from '../../../test/run-main.js';
import { useFolder } from '../../../test/use-folder.js';
import { openLine } from '../../link/line/open-lines.js';
import { findProfile } from '../../link/linkers/find-profile.js';
import { resolve } from '../../link/resolve/resolve.js';
import { prepare } from '../plan-trim.js';
import { findSplitState } from './split-state.js';

/*
 * Two files define one global, and the linker is told to take the first. `one` and `two` each add to it and return it:
 * "1 2" where they share it, "1 1" where each has its own.
 */

const folder = useFolder((path) => writeFileSync(`${path}/main.c`, MAIN), { enters: true });

const MAIN = `#include <stdio.h>
int one(void), two(void);
int main(void) { int a = one(); printf("%d %d", a, two()); return 0; }`;

const FIRST = 'int shared; int one(void) { return ++shared; }';

/** A second file, in assembly for x86-64: what it adds to, and what lies there. */
const adding = (place: string, data: string, more = ''): string => `
.data
${data}
.text
.globl two
.type two,@function
two: incl ${place}(%rip)
movl ${place}(%rip),%eax
${more}
ret
.section .note.GNU-stack,"",@progbits
`;

const GLOBAL = '.globl shared\n.type shared,@object\n.size shared,4\nshared:';

interface Case {
  readonly second: string;
  readonly isSplit: boolean;
}

const CASES: Readonly<Record<string, Case>> = {
  'the name': { second: adding('shared', `${GLOBAL} .long 0`), isSplit: false },
  'a local alias': { second: adding('.Lown', `${GLOBAL}\n.Lown: .long 0`), isSplit: true },
  'an offset from a neighbour': {
    second: adding('.Lanchor+8', `.Lanchor: .quad 0\n${GLOBAL} .long 0`),
    isSplit: true,
  },
  'another linkage name': {
    second: adding('mine', `.globl mine\n.type mine,@object\n.size mine,4\nmine:\n${GLOBAL} .long 0`),
    isSplit: true,
  },
  'a pointer that holds the place': {
    second: `
.data
${GLOBAL}
.Lown: .long 0
.balign 8
.Lpointer: .quad .Lown
.text
.globl two
two: movq .Lpointer(%rip),%rdx
incl (%rdx)
movl (%rdx),%eax
ret
.section .note.GNU-stack,"",@progbits
`,
    isSplit: true,
  },
  'the name, next to a static that code sets to a constant': {
    second: adding(
      'shared',
      `.Lnear: .long 0\n${GLOBAL} .long 0`,
      'movl $7,.Lnear(%rip)\nmovb $1,.Lnear+3(%rip)',
    ),
    isSplit: false,
  },
  'the name, and its place from code that nothing reaches': {
    second: `${adding('shared', `${GLOBAL}\n.Lown: .long 0`)}\n.section .text.dead,"ax"\nincl .Lown(%rip)\nret\n`,
    isSplit: false,
  },
};

/** Links, and counts the state of the same line. */
function outcomeOf(
  words: readonly string[],
  gcc: string,
): { readonly prints: string; readonly split: string[] } {
  execFileSync(gcc, [...words, '-o', 'a.out', '-Wl,-z,muldefs'], { stdio: 'pipe' });
  const prints = execFileSync(folder('a.out'), { encoding: 'utf8' });
  return { prints, split: splitOf(words) };
}

function splitOf(words: readonly string[]): string[] {
  const { inputs, line, close } = openLine(words);
  try {
    const { graph, state } = prepare(inputs, line);
    const { symbols } = inputs;
    return findSplitState(
      graph,
      state,
      resolve(graph, line, findProfile('gnu-ld')!, new Uint8Array(inputs.members.length)),
    ).map(({ copies }) =>
      copies
        .map(
          (copy) =>
            `${basename(inputs.members[symbols.member[copy]].name)}:${symbols.names.text(symbols.name[copy])}`,
        )
        .join(' '),
    );
  } finally {
    close();
  }
}

describe('two definitions of one global, with duplicates allowed: the second file uses', () => {
  for (const [title, { second, isSplit }] of Object.entries(CASES))
    needsTool('gcc')(title, ([gcc]) => {
      writeFileSync('one.c', FIRST);
      writeFileSync('two.s', second);
      execFileSync(gcc, ['-O1', '-fno-common', '-c', 'main.c', 'one.c', 'two.s']);
      const { prints, split } = outcomeOf(['main.o', 'one.o', 'two.o'], gcc);
      expect(split).toEqual(isSplit ? ['one.o:shared two.o:shared'] : []);
      expect(prints).toBe(isSplit ? '1 1' : '1 2');
    });
});

describe('a static of a file that is in the link twice is', () => {
  const UNIT = 'static int own; int step(void) { return ++own; } int NAME(void) { return step(); }';

  needsTool('gcc')('one where the second file is reached by no name', ([gcc]) => {
    writeFileSync('unit.c', UNIT.replace('NAME', 'one'));
    writeFileSync('two.c', 'int step(void); int two(void) { return step(); }');
    execFileSync(gcc, ['-O1', '-fno-inline', '-c', 'main.c', 'unit.c', 'two.c']);
    execFileSync('cp', ['unit.o', 'again.o']);
    expect(outcomeOf(['main.o', 'unit.o', 'again.o', 'two.o'], gcc)).toEqual({ prints: '1 2', split: [] });
  });
});

needsTool('gcc')('sizes that differ are reported', async ([gcc]) => {
  writeFileSync('one.c', FIRST);
  writeFileSync('two.c', 'int shared[16]; int two(void) { return ++shared[9]; }');
  execFileSync(gcc, ['-O1', '-fno-common', '-c', 'main.c', 'one.c', 'two.c']);
  const { out } = await runMain([
    'check',
    '-q',
    '--linker',
    'gnu-ld',
    'main.o',
    'one.o',
    'two.o',
    '-z',
    'muldefs',
  ]);
  expect(out).toContain('data of different sizes: shared has 4 B in one.o and 64 B in two.o');
  expect(out).not.toContain('split-state');
  const explained = await runMain(['explain', '--', 'ld', 'main.o', 'one.o', 'two.o']);
  expect(explained.out).toContain(
    'shared has 4 B and 64 B: where the smaller is used, code for the larger may write past its end',
  );
});
