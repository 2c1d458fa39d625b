import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect } from 'vitest';
import { needsTool } from '../../../test/oracles/tools.js';
import { ByteSource } from '../../bytes/byte-source.js';
import { isAbsolute, isCommon, isLocalState, isReference, isWeak } from '../flags.js';
import { readContent } from '../formats.js';
import { NONE, type SymbolTable, SymbolTableBuilder } from '../table.js';

/** Our rows against what `llvm-readobj --symbols` prints, for every symbol that is not local. */

const folder = mkdtempSync(join(tmpdir(), 'ardedup-coff-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const fixtures = fileURLToPath(new URL('../../../fixtures/objects/coff/', import.meta.url));

function read(path: string): SymbolTable {
  const builder = new SymbolTableBuilder();
  builder.beginMember();
  const content = readContent(ByteSource.of(path, readFileSync(path)), builder);
  if (content.kind !== 'object') throw new Error(`${path}: ${content.kind}`);
  return builder.finish();
}

function ourLines(path: string): string[] {
  const { flags, group, groups, length, name, names, section, size } = read(path);
  const lines: string[] = [];
  for (let row = 0; row < length; row++) {
    if (isLocalState(flags[row])) continue;
    lines.push(
      [
        names.text(name[row]),
        isReference(flags[row]) ? 'reference' : isCommon(flags[row]) ? `common ${size[row]}` : 'definition',
        isWeak(flags[row]) ? 'weak' : '',
        isAbsolute(flags[row]) ? 'absolute' : section[row] === NONE ? '' : section[row],
        group[row] === NONE
          ? ''
          : `${names.text(groups[group[row]].signature)} ${groups[group[row]].selection}`,
      ].join('|'),
    );
  }
  return lines;
}

interface Symbol {
  readonly fields: Record<string, string>;
  auxiliary: string;
}

/** `Name: x`, and of the auxiliary record `Selection: Any (0x2)`; the fields' names do not collide. */
function readobj(program: string, path: string): Symbol[] {
  const symbols: Symbol[] = [];
  for (const line of execFileSync(program, ['--symbols', path], { encoding: 'latin1' }).split('\n')) {
    if (line === '  Symbol {') symbols.push({ fields: {}, auxiliary: '' });
    const symbol = symbols.at(-1);
    const field = /^ {4,6}(\w+): ?(.*)$/.exec(line);
    const auxiliary = /^ {4}(Aux\w+) \{$/.exec(line);
    if (symbol && field) symbol.fields[field[1]] = field[2];
    if (symbol && auxiliary) symbol.auxiliary = auxiliary[1];
  }
  return symbols;
}

const SELECTIONS: Record<string, string> = {
  NoDuplicates: 'no-duplicates',
  Any: 'any',
  SameSize: 'same-size',
  ExactMatch: 'exact-match',
  Largest: 'largest',
  Newest: 'newest',
};
const inParentheses = (text: string | undefined): number => Number(/\((-?\d+)\)$/.exec(text ?? '')?.[1]);

function theirLines(symbols: readonly Symbol[]): string[] {
  const groupOf = groupsOf(symbols);
  const lines: string[] = [];
  for (const { fields } of symbols) {
    const section = inParentheses(fields.Section);
    const value = Number(fields.Value);
    const place = section > 0 ? section : section === -1 ? 'absolute' : '';
    if (fields.StorageClass.startsWith('External')) {
      const role = section !== 0 ? 'definition' : value === 0 ? 'reference' : `common ${value}`;
      lines.push([fields.Name, role, '', place, groupOf(section)].join('|'));
    } else if (fields.StorageClass.startsWith('WeakExternal')) {
      const linked = symbols.find(({ fields: { Name } }) => fields.Linked.replace(/ \(\d+\)$/, '') === Name);
      const home = inParentheses(linked?.fields.Section);
      lines.push(
        home > 0
          ? [fields.Name, 'definition', 'weak', home, groupOf(home)].join('|')
          : [fields.Name, 'reference', 'weak', '', ''].join('|'),
      );
    }
  }
  return lines;
}

function groupsOf(symbols: readonly Symbol[]): (section: number) => string {
  const selection = new Map<number, string>();
  const leader = new Map<number, string>();
  const parent = new Map<number, number>();
  for (const { fields, auxiliary } of symbols) {
    const section = inParentheses(fields.Section);
    const chosen = /^(\w+) \(/.exec(fields.Selection ?? '')?.[1];
    if (auxiliary === 'AuxSectionDef') {
      if (chosen === 'Associative') parent.set(section, inParentheses(fields.AssocSection));
      else if (chosen !== undefined) selection.set(section, SELECTIONS[chosen]);
    } else if (selection.has(section) && !leader.has(section))
      leader.set(section, fields.StorageClass.startsWith('External') ? fields.Name : '');
  }
  return (section) => {
    const root = parent.get(section) ?? section;
    return leader.get(root) ? `${leader.get(root)} ${selection.get(root)}` : '';
  };
}

const compare = (program: string, path: string): void =>
  expect(ourLines(path)).toEqual(theirLines(readobj(program, path)));

describe('the same symbols as llvm-readobj', () => {
  const isObject = (name: string) => /^(everything|acting|templates|gnu|bigobj|import-.*-[123]\.)/.test(name);
  for (const name of readdirSync(fixtures).filter((file) => file.endsWith('.o') && isObject(file)))
    needsTool('llvm-readobj-19|llvm-readobj')(name, ([program]) => compare(program, join(fixtures, name)));

  const source = join(folder, 'source.cc');
  writeFileSync(
    source,
    `#include <stddef.h>
    template <int N> struct S { static int count; virtual int f() { return count += N; } virtual ~S() {} };
    template <int N> int S<N>::count;
    template struct S<1>; template struct S<2>; template struct S<3>;
    inline int twice(int x) { static int calls; return ++calls + 2 * x; }
    int (*pointer)(int) = twice; __attribute__((weak)) int w() { return twice(3); }`,
  );
  for (const target of ['x86_64-pc-windows-msvc', 'i686-pc-windows-gnu', 'aarch64-pc-windows-msvc'])
    needsTool('clang-14|clang', 'llvm-readobj-19|llvm-readobj')(target, ([clang, program]) => {
      const object = join(folder, `${target}.o`);
      const flags = [
        '-target',
        target,
        '-std=c++17',
        '-fno-exceptions',
        '-ffreestanding',
        '-g',
        '-gcodeview',
      ];
      execFileSync(clang, [...flags, '-c', source, '-o', object], { stdio: 'pipe' });
      compare(program, object);
    });
});

describe('the same names as llvm-nm', () => {
  for (const name of readdirSync(fixtures).filter((file) => /^import-.*\.o$/.test(file)))
    needsTool('llvm-nm-19|llvm-nm')(name, ([nm]) => {
      const listed = execFileSync(nm, ['-g', '-p', '-j', join(fixtures, name)], { encoding: 'latin1' });
      const ours = ourLines(join(fixtures, name)).map((line) => line.split('|')[0]);
      expect(ours.sort()).toEqual(listed.split('\n').filter(Boolean).sort());
    });
});

describe('GNU tools', () => {
  needsTool('x86_64-w64-mingw32-as')(
    'contents of an exact match are compared, for want of a checksum',
    ([as]) => {
      const groups = [1, 2, 1].map((value, at) => {
        const path = join(folder, `exact-${at}.o`);
        const source = `.section .data$f,"w"\n.linkonce same_contents\n.globl f\nf: .long ${value}\n`;
        execFileSync(as, ['-o', path], { input: source });
        const [{ selection, size, digest }] = read(path).groups;
        return { selection, size, digest };
      });
      expect(groups[0]).toMatchObject({ selection: 'exact-match', size: groups[1].size });
      expect(groups[1].digest).not.toBe(groups[0].digest);
      expect(groups[2].digest).toBe(groups[0].digest);
    },
  );

  needsTool('x86_64-w64-mingw32-gcc')(
    'slim LTO objects are unreadable by name, fat ones are read',
    ([gcc]) => {
      const path = join(folder, 'lto.o');
      const compile = (flag: string) => {
        execFileSync(gcc, ['-flto', flag, '-x', 'c', '-c', '-', '-o', path], {
          input: 'int f(void) { return 1; }',
        });
        const builder = new SymbolTableBuilder();
        builder.beginMember();
        return readContent(ByteSource.of(path, readFileSync(path)), builder);
      };
      expect(compile('-ffat-lto-objects')).toMatchObject({ kind: 'object' });
      expect(compile('-fno-fat-lto-objects')).toMatchObject({
        kind: 'unreadable',
        problem: expect.stringContaining('__gnu_lto_slim'),
      });
    },
  );
});
