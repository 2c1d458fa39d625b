import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { needsTool } from '../oracles/tools.js';
import { type Dice, diceOf } from '../random/dice.js';
import { runMain } from '../run-main.js';
import { useFolder } from '../use-folder.js';

/*
 * Random pairs of libraries that define some functions and globals of one name, each in its own way. An isolated
 * library behaves as a shared library that was linked with -Bsymbolic; a link with first-wins is the link with
 * --allow-multiple-definition, byte for byte. ARDEDUP_LIBRARY_PAIRS=1000 runs that many, 1001-2000
 * those.
 */

const USUAL_PAIRS = 10;
const [FIRST, LAST] = rangeOf(process.env.ARDEDUP_LIBRARY_PAIRS ?? String(USUAL_PAIRS));
const PAIRS = LAST - FIRST + 1;
const SHARED_NAMES = 5;

useFolder(() => {}, { enters: true });

/** `1001-2000`, or the last one. */
function rangeOf(text: string): readonly [first: number, last: number] {
  const [first, last] = text.split('-').map(Number);
  return last === undefined ? [1, first] : [first, last];
}

/** Members of a library by name, and the functions that only it has. */
interface Library {
  readonly units: ReadonlyMap<string, string>;
  readonly api: readonly string[];
}

/**
 * Units that call each other's functions and count in each other's globals, some of names that the other library has,
 * too.
 */
function libraryOf(letter: string, { below, pick }: Dice): Library {
  const api = Array.from({ length: 2 }, (_, at) => `${letter}_api${at}`);
  const own = Array.from({ length: 2 }, (_, at) => `${letter}_own${at}`);
  const shared = Array.from({ length: SHARED_NAMES }, (_, at) => `shared${at}`).filter(() => below(3) > 0);
  const globals = Array.from({ length: 3 }, (_, at) => `global${at}`).filter(() => below(3) > 0);
  globals.push(`${letter}_global`);
  const functions = [...api, ...own, ...shared];
  const count = 2 + below(3);
  const texts = Array.from({ length: count }, () => '');
  for (const name of functions) {
    const callee = pick(functions);
    const counter = pick(globals);
    const [factor, step] = [2 + below(9), 1 + below(50)];
    texts[below(count)] +=
      `int ${callee}(int); extern int ${counter};\n` +
      `int ${name}(int depth) { ${counter} += ${step}; return depth <= 0 ? ${counter} : ${callee}(depth - 1) % 9973 * ${factor} + ${counter}; }\n`;
  }
  for (const name of globals) texts[below(count)] += `int ${name} = ${below(100)};\n`;
  return { units: new Map(texts.map((text, at) => [`${letter}${at}`, text])), api };
}

/** Calls each API twice, and the shared functions that the first library has. */
function mainOf(libraries: readonly Library[]): string {
  const api = libraries.flatMap((library) => library.api);
  const calls = [...api, ...api].map((name, at) => `printf("%d\\n", ${name}(${at}));`);
  return `#include <stdio.h>\n${api.map((name) => `int ${name}(int);`).join('\n')}\nint main(void) { ${calls.join(' ')} return 0; }\n`;
}

const run = (program: string, ...args: string[]): string =>
  execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** Writes main.o, liba.a and libb.a. */
function compile(seed: number, gcc: string, ar: string): void {
  const dice = diceOf(seed);
  const libraries = ['a', 'b'].map((letter) => libraryOf(letter, dice));
  writeFileSync('main.c', mainOf(libraries));
  const sources = ['main.c'];
  for (const { units } of libraries)
    for (const [name, text] of units) {
      writeFileSync(`${name}.c`, text);
      sources.push(`${name}.c`);
    }
  run(gcc, '-fPIC', '-fno-inline', '-c', ...sources);
  for (const [at, letter] of ['a', 'b'].entries())
    run(ar, 'rcsD', `lib${letter}.a`, ...[...libraries[at].units.keys()].map((name) => `${name}.o`));
}

/** The archives that replace those given; null where nothing is left for the edit to change. */
async function trimmed(...options: string[]): Promise<string[] | null> {
  const line = ['main.o', 'liba.a', 'libb.a'];
  const args = ['trim', '--linker', 'gnu-ld', '--format', 'json', '--out-dir', 'out', ...options, ...line];
  const { exitCode, out, error } = await runMain(args);
  if (exitCode !== 0) {
    expect(error).toContain('[edit-no-effect]');
    return null;
  }
  const archives = JSON.parse(out).archives as { path: string; output: string | null }[];
  return archives.map(({ path, output }) => output ?? path);
}

/** Runs a check in a folder for each pair. @returns how many pairs had something to edit */
async function eachPair(tools: string[], check: (seed: number) => Promise<boolean>): Promise<number> {
  let edited = 0;
  const home = process.cwd();
  for (let seed = FIRST; seed <= LAST; seed++) {
    mkdirSync(`pair${seed}`);
    process.chdir(`pair${seed}`);
    try {
      compile(seed, tools[0], tools[1]);
      if (await check(seed)) edited++;
    } finally {
      process.chdir(home);
      rmSync(`pair${seed}`, { recursive: true, force: true });
    }
  }
  if (PAIRS > USUAL_PAIRS) console.info(`${PAIRS} pairs, ${edited} with an edit: all as the reference`);
  return edited;
}

describe('pairs of libraries', () => {
  needsTool('gcc', 'ar')(
    'an isolated library behaves as a shared one with -Bsymbolic',
    async (tools) => {
      const [gcc] = tools;
      const edited = await eachPair(tools, async (seed) => {
        const archives = await trimmed('--isolate', 'libb.a', '--accept-split', '*');
        if (archives === null) return false;
        const whole = ['-Wl,--whole-archive', 'libb.a', '-Wl,--no-whole-archive'];
        run(gcc, '-shared', '-Wl,-Bsymbolic', '-o', 'libb.so', ...whole);
        run(gcc, '-o', 'reference', 'main.o', 'liba.a', './libb.so');
        run(gcc, '-o', 'isolated', 'main.o', ...archives);
        expect([seed, run('./isolated')]).toEqual([seed, run('./reference')]);
        return true;
      });
      expect(edited).toBeGreaterThan(PAIRS / 2);
    },
    PAIRS * 10_000,
  );

  needsTool('gcc', 'ar', 'objcopy')(
    'first-wins is --allow-multiple-definition, byte for byte',
    async (tools) => {
      const [gcc, , objcopy] = tools;
      const edited = await eachPair(tools, async (seed) => {
        const archives = await trimmed('--first-wins');
        if (archives === null) return false;
        const link = (output: string, ...args: string[]) => {
          run(gcc, '-fuse-ld=bfd', '-Wl,--build-id=none', '-o', output, 'main.o', ...args);
          return ['.text', '.rodata', '.data', '.eh_frame', '.init_array'].map((section) => {
            run(objcopy, '-O', 'binary', '--only-section', section, output, 'section');
            return readFileSync('section').toString('hex');
          });
        };
        const given = link('given', '-Wl,--allow-multiple-definition', 'liba.a', 'libb.a');
        expect([seed, link('edited', ...archives)]).toEqual([seed, given]);
        return true;
      });
      expect(edited).toBeGreaterThan(PAIRS / 3);
    },
    PAIRS * 10_000,
  );
});
