import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect } from 'vitest';
import { needsTool } from '../../../test/oracles/tools.js';
import { ByteSource } from '../../bytes/byte-source.js';
import { isCommon, isFunction, isLocalState, isReference, isWeak } from '../flags.js';
import { readContent } from '../formats.js';
import { SymbolTableBuilder } from '../table.js';

/** Our rows against what `llvm-nm -g` of the same LLVM prints: names, and the letters as far as bitcode has them. */

const folder = mkdtempSync(join(tmpdir(), 'ardedup-bitcode-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const fixtures = fileURLToPath(new URL('../../../fixtures/objects/bitcode/', import.meta.url));

function ourLines(path: string): string[] {
  const builder = new SymbolTableBuilder();
  builder.beginMember();
  const content = readContent(ByteSource.of(path, readFileSync(path)), builder);
  if (content.kind !== 'object') throw new Error(`${path}: ${content.kind}`);
  const { flags, length, name, names } = builder.finish();
  return Array.from({ length }, (_, row) => row)
    .filter((row) => !isLocalState(flags[row]))
    .map((row) => `${names.text(name[row])} ${letterOf(flags[row])}`)
    .sort();
}

function letterOf(flags: number): string {
  if (isReference(flags)) return isWeak(flags) ? 'w' : 'U';
  if (isCommon(flags)) return 'C';
  return isWeak(flags) ? 'W' : isFunction(flags) ? 'T' : 'D';
}

/** Code generation decides sections and kinds of weak symbols, so D covers all data and W all weak symbols. */
const GENERAL: Record<string, string> = { B: 'D', R: 'D', S: 'D', V: 'W', v: 'w' };

function theirLines(nm: string, path: string): string[] {
  const listed = execFileSync(nm, ['-g', path], { encoding: 'latin1', maxBuffer: 1 << 28 });
  return [...listed.matchAll(/^[-0-9a-f ]+ ([A-Za-z]) (.+)$/gm)]
    .map(([, letter, name]) => `${name} ${GENERAL[letter] ?? letter}`)
    .sort();
}

const compare = (nm: string, path: string): void => expect(ourLines(path)).toEqual(theirLines(nm, path));

describe('the same symbols as llvm-nm', () => {
  for (const name of readdirSync(fixtures).filter((file) => file.endsWith('.o'))) {
    const version = /llvm(\d+)/.exec(name)?.[1];
    needsTool(`llvm-nm-${version}`)(name, ([nm]) => compare(nm, join(fixtures, name)));
  }

  const cpp = join(folder, 'source.cc');
  writeFileSync(
    cpp,
    `template <int N> struct S { static int count; virtual int f() { return count += N; } virtual ~S() {} };
    template <int N> int S<N>::count;
    template struct S<1>; template struct S<2>;
    struct Act { Act(); } act; extern int elsewhere; __attribute__((weak)) int w() { return elsewhere; }
    thread_local int each = 3; int use() { return ++each; } extern "C" int plain(int x) { return x + use(); }
    asm(".globl from_assembly\\nfrom_assembly:\\n");`,
  );
  for (const target of [
    'x86_64-linux-gnu',
    'arm64-apple-macos13',
    'x86_64-pc-windows-msvc',
    'i686-pc-windows-gnu',
  ])
    needsTool('clang-14', 'llvm-nm-14')(`clang for ${target}`, ([clang, nm]) => {
      const object = join(folder, `${target}.o`);
      execFileSync(clang, ['-target', target, '-flto', '-O1', '-fno-exceptions', '-c', cpp, '-o', object], {
        stdio: 'pipe',
      });
      compare(nm, object);
    });

  const rust = join(folder, 'source.rs');
  writeFileSync(
    rust,
    `#[no_mangle] pub static mut COUNTER: u32 = 3;
    #[no_mangle] pub extern "C" fn entry(x: u32) -> String { unsafe { COUNTER += x; format!("{x}") } }
    thread_local!(static EACH: std::cell::Cell<u32> = std::cell::Cell::new(1));
    pub fn each() -> u32 { EACH.with(|each| each.replace(2)) }`,
  );
  needsTool('rustc', 'llvm-nm-22')('rustc', ([rustc, nm]) => {
    const object = join(folder, 'rust.bc');
    const flags = ['--crate-type=lib', '--emit=llvm-bc', '-O', '-Ccodegen-units=1'];
    execFileSync(rustc, [...flags, rust, '-o', object], { stdio: 'pipe' });
    compare(nm, object);
  });
});
