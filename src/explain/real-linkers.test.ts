import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect } from 'vitest';
import { needsTool } from '../../test/oracles/tools.js';
import type { PrintedFile } from './log/diagnostic.js';
import { readLog } from './log/read-log.js';

/** Real links that fail, by every linker here: each line of what it says is accounted for, and says what is true. */

const SOURCES = {
  one: 'int twice_f(void) { return 1; }\nint twice_v = 3;\nint one(void) { return 1; }\n',
  two: 'int twice_f(void) { return 2; }\nint twice_v = 4;\nint gone(void);\nint two(void) { return gone(); }\n',
  main: 'int one(void), two(void), lost(void);\nint main(void) { return one() + two() + lost() + lost(); }\n',
};
const folder = mkdtempSync(join(tmpdir(), 'ardedup-logs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Objects and archives for a target, with debug information or without: messages differ. */
function build(clang: string, ar: string, target: string, debug: boolean): string {
  const own = join(folder, `${target}${debug ? '-g' : ''}`);
  if (existsSync(own)) return own;
  mkdirSync(own);
  const extension = target.includes('msvc') ? 'obj' : 'o';
  for (const [name, source] of Object.entries(SOURCES)) {
    writeFileSync(join(own, `${name}.c`), source);
    const flags = ['-target', target, '-c', '-ffunction-sections', ...(debug ? ['-gdwarf-4'] : [])];
    execFileSync(clang, [...flags, `${name}.c`, '-o', `${name}.${extension}`], { cwd: own });
    if (name !== 'main') execFileSync(ar, ['rcs', `lib${name}.a`, `${name}.${extension}`], { cwd: own });
  }
  return own;
}

interface Asked {
  readonly linkers: readonly string[];
  readonly target: string;
  readonly args: string;
  readonly prefix?: string;
}

const ASKED: readonly Asked[] = [
  {
    linkers: ['ld.bfd', 'ld.gold', 'ld.lld-14', 'ld.lld-15', 'ld.lld-16', 'ld.lld-19', 'ld.lld-22', 'mold'],
    target: 'x86_64-linux-gnu',
    args: '-e main -o out main.o libone.a libtwo.a',
  },
  {
    linkers: ['ld64.lld-14', 'ld64.lld-19', 'ld64.lld-22'],
    target: 'arm64-apple-macos11',
    args: '-arch arm64 -platform_version macos 11.0 11.0 -o out main.o libone.a libtwo.a',
    prefix: '_',
  },
  {
    linkers: ['lld-link-14', 'lld-link-19', 'lld-link-22'],
    target: 'x86_64-pc-windows-msvc',
    args: '/nodefaultlib /subsystem:console /entry:main /out:out.exe main.obj libone.a libtwo.a',
  },
  {
    linkers: ['x86_64-w64-mingw32-ld'],
    target: 'x86_64-w64-windows-gnu',
    args: '-e main -o out.exe main.o libone.a libtwo.a',
  },
  {
    linkers: ['wasm-ld-14', 'wasm-ld-19', 'wasm-ld-22'],
    target: 'wasm32',
    args: '--no-entry --export=main -o out.wasm main.o libone.a libtwo.a',
  },
];

const cases = ASKED.flatMap((asked) => asked.linkers.map((linker) => ({ ...asked, linker })));
const text = ({ archive, member }: PrintedFile) => (archive === null ? member : `${archive}(${member})`);

describe.each(cases)('$linker', ({ linker, target, args, prefix = '' }) => {
  describe.each([false, true])('with debug information: %s', (debug) => {
    needsTool(
      linker,
      'clang-14',
      'llvm-ar',
    )('each line is accounted for', ([program, clang, ar]) => {
      const own = build(clang, ar, target, debug);
      const said = (words: string) => {
        const { stdout, stderr } = spawnSync(program, words.split(' '), { cwd: own, encoding: 'utf8' });
        return readLog(`${stdout}${stderr}`);
      };
      const extension = target.includes('msvc') ? 'obj' : 'o';
      // Some linkers stop before undefined names when there are duplicates, so the second archive is left out once.
      const both = said(args);
      const alone = said(args.replace(' libone.a', ''));
      const duplicates = both.diagnostics.filter(({ kind }) => kind === 'duplicate');
      const files = [`libone.a(one.${extension})`, `libtwo.a(two.${extension})`];
      expect(duplicates.map((found) => [found.symbol, found.files.map(text)])).toEqual([
        [`${prefix}twice_f`, files],
        [`${prefix}twice_v`, files],
      ]);
      const missing = new Map<string, Set<string | null>>();
      for (const found of [...both.diagnostics, ...alone.diagnostics]) {
        if (found.kind === 'duplicate') continue;
        const known = missing.get(found.symbol) ?? new Set();
        for (const file of found.files) known.add(text(file));
        missing.set(found.symbol, known);
      }
      missing.delete('__main');
      // gold names the source alone, where it knows the line.
      const isTold = linker !== 'ld.gold' || !debug;
      expect(Object.fromEntries([...missing].map(([symbol, users]) => [symbol, [...users]]))).toEqual({
        [`${prefix}gone`]: isTold ? [`libtwo.a(two.${extension})`] : [],
        [`${prefix}lost`]: isTold ? [`main.${extension}`] : [],
        [`${prefix}one`]: isTold ? [`main.${extension}`] : [],
      });
      for (const log of [both, alone]) {
        const rest = log.roles.flatMap((role, at) =>
          role === 'other' || role === 'unread' ? [log.lines[at].text] : [],
        );
        expect(rest).toEqual([]);
      }
    });
  });
});

describe('a name with a version', () => {
  for (const linker of ASKED[0].linkers)
    needsTool(linker, 'clang-14')(`${linker}`, ([program, clang]) => {
      const own = join(folder, `version-${linker}`);
      mkdirSync(own);
      const source = '__asm__(".symver asked, gone@V1");\nvoid asked(void);\nint main(void) { asked(); }\n';
      writeFileSync(join(own, 'main.c'), source);
      execFileSync(clang, ['-c', 'main.c'], { cwd: own });
      const { stderr } = spawnSync(program, ['-e', 'main', '-o', 'out', 'main.o'], {
        cwd: own,
        encoding: 'utf8',
      });
      const { diagnostics } = readLog(stderr);
      const symbol = linker === 'mold' ? 'gone' : 'gone@V1';
      expect(diagnostics).toMatchObject([{ kind: 'undefined', symbol }]);
      expect(diagnostics[0].files.map(text)).toEqual(['main.o']);
    });
});

describe('rustc', () => {
  needsTool(
    'rustc',
    'cc',
    'ar',
  )('passes on the messages of its linker', ([rustc, cc, ar]) => {
    const own = join(folder, 'rustc');
    mkdirSync(own);
    writeFileSync(join(own, 'one.c'), SOURCES.one);
    writeFileSync(
      join(own, 'main.rs'),
      'unsafe extern "C" { fn one() -> i32; }\n#[unsafe(no_mangle)] pub extern "C" fn twice_f() -> i32 { 1 }\nfn main() { println!("{}", unsafe { one() }); }\n',
    );
    execFileSync(cc, ['-c', 'one.c'], { cwd: own });
    execFileSync(ar, ['rcs', 'libone.a', 'one.o'], { cwd: own });
    const { stderr } = spawnSync(rustc, ['--edition=2024', 'main.rs', '-L', '.', '-l', 'static=one'], {
      cwd: own,
      encoding: 'utf8',
    });
    const { diagnostics, roles, lines } = readLog(stderr);
    expect(diagnostics.map(({ kind, symbol }) => [kind, symbol])).toEqual([['duplicate', 'twice_f']]);
    expect(diagnostics[0].files.map(({ member }) => member)).toContain('one.o');
    expect(lines.filter((_, at) => roles[at] === 'unread')).toEqual([]);
  });
});
