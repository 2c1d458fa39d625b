import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { buildCommand, type CCommand } from '../../../test/fix/c-command.js';
import { needsTool } from '../../../test/oracles/tools.js';
import { runMain } from '../../../test/run-main.js';
import { useFolder } from '../../../test/use-folder.js';
import { type FixedCure, fixLine } from '../fix-line.js';

/* Each cure that is offered verifies once it is chosen, so does its plan, and the linker links the cured command. */

const at = useFolder(() => {}, { enters: true });

/** A literal that two units have: each is in a COMDAT group of its own, equal to the other. */
const LITERALS: CCommand = {
  sources: {
    'none.c': 'int none(void) { return 0; }',
    'first.c': 'const char *first_name(void) { return "lux"; } int first(void) { return first_name()[1]; }',
    'two.c': 'int two(void) { return 2; }',
    'third.c': 'const char *third_name(void) { return "lux"; } int third(void) { return third_name()[2]; }',
    'four.c': 'int four(void) { return 4; }',
    'front.c': 'int first(void), four(void); int front(void) { return first() + four(); }',
    'middle.c': 'int third(void), none(void); int middle(void) { return third() + none(); }',
    'back.c': 'int two(void); int back(void) { return two(); }',
    'main.c':
      'int front(void), middle(void), back(void); int main(void) { return front() + middle() + back(); }',
  },
  archives: {
    'libfront.a': ['front.o', 'first.o', 'third.o', 'four.o'],
    'libmiddle.a': ['third.o', 'first.o', 'none.o', 'middle.o'],
    'libback.a': ['two.o', 'first.o', 'back.o', 'third.o', 'four.o', 'none.o'],
  },
  flags: ['--target=x86_64-pc-windows-msvc', '-O0'],
  command: '',
};
const MSVC = '/nodefaultlib /subsystem:console /entry:main /out:a.exe main.o'.split(' ');

/** Two builds of a unit that exports a function; the third archive has a copy of one, and loads another file. */
const EXPORTS: CCommand = {
  sources: {
    'old.c': 'int level[3] = {1}; __declspec(dllexport) int get(void) { return level[0]++; }',
    'new.c': 'int level[3] = {2}; __declspec(dllexport) int get(void) { return level[0]++; }',
    'near.c': 'int reach(void) { return 10; }',
    'far.c': 'int reach(void) { return 20; }',
    'one.c': 'int get(void); int one(void) { return get(); }',
    'two.c': 'int reach(void); int two(void) { return reach(); }',
    'three.c': 'int reach(void), get(void); int three(void) { return reach() + get(); }',
    'main.c': 'int one(void), two(void), three(void); int start(void) { return one() + two() + three(); }',
  },
  archives: {
    'libone.a': ['one.o', 'old.o'],
    'libtwo.a': ['new.o', 'near.o', 'two.o'],
    'libthree.a': ['three.o', 'new.o', 'far.o'],
  },
  command: '',
};
const MINGW =
  '-e start -o a.exe main.o --whole-archive libone.a --no-whole-archive libtwo.a --whole-archive libthree.a --no-whole-archive';

/** The archive with a part of a unit is before the one with all of it. */
const PARTS: CCommand = {
  sources: {
    'all.c': 'int st = 1; int get(void) { return st; } int more(void) { return 3; }',
    'part.c': 'int st = 2; int get(void) { return st; }',
    'front.c': 'int get(void), more(void); int front(void) { return get() + more(); }',
    'back.c': 'int get(void); int back(void) { return get(); }',
    'main.c': 'int front(void), back(void); int main(void) { return front() + back(); }',
  },
  archives: { 'libpart.a': ['back.o', 'part.o'], 'liball.a': ['front.o', 'all.o'] },
  command: '-o a.out main.o -Wl,--start-group libpart.a -Wl,--end-group liball.a',
};

/** Accepts each cure of a command, and links it. */
async function acceptEach(command: readonly string[]): Promise<readonly FixedCure[]> {
  const { cures } = (await fixLine(command)).report;
  for (const { id } of cures) {
    rmSync(at('out'), { recursive: true, force: true });
    const options = [
      '--no-config',
      '--format',
      'json',
      '--out-dir',
      'out',
      '--plan',
      'plan.json',
      '--accept',
      id,
    ];
    const { out } = await runMain(['fix', ...options, '--', ...command]);
    const report = JSON.parse(out);
    expect(report.applied).toBe(id);
    expect((await runMain(['verify', 'plan.json'])).out).toMatch(/^proved: /);
    const [program, ...words] = report.command;
    execFileSync(program, words, { stdio: 'pipe' });
  }
  return cures;
}

describe('each offered cure can be applied', () => {
  needsTool(
    'clang',
    'llvm-ar-19|llvm-ar',
    'lld-link',
  )(
    'a literal of an archive that is loaded on demand binds to a copy in the end',
    async ([clang, ar, linker]) => {
      buildCommand(at(), clang, ar, LITERALS);
      const whole = Object.keys(LITERALS.archives).map((name) => `/wholearchive:${name}`);
      const cures = await acceptEach([linker, ...MSVC, ...whole]);
      const moved = cures.flatMap(({ changes }) => changes.filter(({ change }) => change === 'binding'));
      expect(moved).toEqual([]);
      expect(cures.filter(({ kind }) => kind === 'plain-archive+drop').length).toBeGreaterThan(1);
    },
  );

  needsTool('gcc', 'ar')('archives that move are those of the plan', async ([gcc, ar]) => {
    const cures = await acceptEach(buildCommand(at(), gcc, ar, PARTS));
    expect(cures.map(({ kind }) => kind)).toContain('order');
  });

  needsTool(
    'x86_64-w64-mingw32-gcc',
    'x86_64-w64-mingw32-ar',
    'x86_64-w64-mingw32-ld',
  )('an export that a different file requests too is not lost', async ([gcc, ar, linker]) => {
    buildCommand(at(), gcc, ar, EXPORTS);
    const cures = await acceptEach([linker, ...MINGW.split(' ')]);
    expect(cures.map(({ kind }) => kind)).toContain('isolate+drop');
    const lost = cures.flatMap(({ changes }) =>
      changes.filter(({ change }) => change === 'lost-side-effect'),
    );
    expect(lost).toEqual([]);
  });
});
