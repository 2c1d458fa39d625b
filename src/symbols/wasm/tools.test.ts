import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect } from 'vitest';
import { needsTool } from '../../../test/oracles/tools.js';
import { ByteSource } from '../../bytes/byte-source.js';
import { isFunction, isHidden, isLocalState, isReference, isTls, isWeak, kindName } from '../flags.js';
import { readContent } from '../formats.js';
import { SymbolTableBuilder } from '../table.js';

/** Our rows against what `llvm-readobj --symbols` prints, for every symbol that is not local. */

const folder = mkdtempSync(join(tmpdir(), 'ardedup-wasm-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const fixtures = fileURLToPath(new URL('../../../fixtures/objects/wasm/', import.meta.url));

function ourLines(path: string): string[] {
  const builder = new SymbolTableBuilder();
  builder.beginMember();
  const content = readContent(ByteSource.of(path, readFileSync(path)), builder);
  if (content.kind !== 'object') throw new Error(`${path}: ${content.kind}`);
  const { flags, length, name, names, size } = builder.finish();
  return Array.from({ length }, (_, row) => row)
    .filter((row) => !isLocalState(flags[row]))
    .map((row) =>
      [
        names.text(name[row]),
        isReference(flags[row]) ? 'reference' : 'definition',
        isWeak(flags[row]) ? 'weak' : 'strong',
        isHidden(flags[row]) ? 'hidden' : 'default',
        isTls(flags[row]) ? 'data' : kindName(flags[row]),
        // Of functions it is the signature.
        isFunction(flags[row]) ? 0 : size[row],
      ].join(' '),
    );
}

const KINDS: Record<string, string> = { FUNCTION: 'function', DATA: 'data' };

function theirLines(program: string, path: string): string[] {
  const listed = execFileSync(program, ['--symbols', path], { encoding: 'latin1' });
  return listed
    .split('\n  Symbol {\n')
    .slice(1)
    .filter((symbol) => !symbol.includes('BINDING_LOCAL'))
    .map((symbol) => {
      const field = (name: string) => new RegExp(`^ {4}${name}: (\\S+)`, 'm').exec(symbol)?.[1] ?? '';
      return [
        field('Name'),
        symbol.includes(' UNDEFINED ') ? 'reference' : 'definition',
        symbol.includes('BINDING_WEAK') ? 'weak' : 'strong',
        symbol.includes('VISIBILITY_HIDDEN') ? 'hidden' : 'default',
        KINDS[field('Type')] ?? 'none',
        Number(field('Size')),
      ].join(' ');
    });
}

const compare = (program: string, path: string): void =>
  expect(ourLines(path)).toEqual(theirLines(program, path));

describe('the same symbols as llvm-readobj', () => {
  for (const name of readdirSync(fixtures).filter((file) => file.endsWith('.o')))
    needsTool('llvm-readobj-19|llvm-readobj')(name, ([program]) => compare(program, join(fixtures, name)));

  const source = join(folder, 'source.cc');
  writeFileSync(
    source,
    `template <int N> struct S { static int count; virtual int f() { return count += N; } virtual ~S() {} };
    template <int N> int S<N>::count;
    template struct S<1>; template struct S<2>;
    struct Act { Act(); } act; extern int elsewhere; __attribute__((weak)) int w() { return elsewhere; }
    thread_local int each = 3; int use() { return ++each; } void operator delete(void *, unsigned long) {}`,
  );
  for (const target of ['wasm32-unknown-unknown', 'wasm64-unknown-unknown'])
    needsTool('clang-14|clang', 'llvm-readobj-19|llvm-readobj')(target, ([clang, program]) => {
      const object = join(folder, `${target}.o`);
      const flags = [
        '-target',
        target,
        '-matomics',
        '-mbulk-memory',
        '-ftls-model=local-exec',
        '-fno-exceptions',
        '-ffreestanding',
      ];
      execFileSync(clang, [...flags, '-c', source, '-o', object], { stdio: 'pipe' });
      compare(program, object);
    });
});
