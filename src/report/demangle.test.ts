import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { needsTool } from '../../test/oracles/tools.js';
import { demangle, demangleWithin } from './demangle.js';

test.each([
  ['`_ZN1q1sE`, `_ZN1q1fEi` stay', '`q::s`, `q::f(int)` stay'],
  ['yield 2 symbols of libb.a (_ZN1q1sE, _ZN1q1fEi)', 'yield 2 symbols of libb.a (q::s, q::f(int))'],
  ['libb.a(b.o) has ?gone@n@@YAHH@Z.', 'libb.a(b.o) has n::gone(int).'],
  ['a_ZN1q1sE, libx_ZN1q1sE.a and x.?', 'a_ZN1q1sE, libx_ZN1q1sE.a and x.?'],
])('names within a text: %s', (text, readable) => {
  expect(demangleWithin(text)).toBe(readable);
});

describe('demangle', () => {
  test.each([
    [
      '_ZN11evt_runtime5stats4HITS17h561cd415458d8d17E.0.llvm.5614023011611546239',
      'evt_runtime::stats::HITS.0',
    ],
    ['__ZN3std2io5stdio6_print17h1234567890abcdefE', 'std::io::stdio::_print'],
    ['_RNvCskLxKb3ZkUzD_7___rustc12___rust_alloc', '__rustc::__rust_alloc'],
    ['__RNvNtCsiHC8TaZDWeh_11evt_runtime10event_pump6notify', 'evt_runtime::event_pump::notify'],
    ['_ZNSt6vectorIiSaIiEE9push_backERKi', 'std::vector<int, std::allocator<int> >::push_back(int const&)'],
    ['?gone@n@@YAHH@Z', 'n::gone(int)'],
    ['??1?$V@HU?$W@D@@@@UEAA@XZ', 'V<int, W<char> >::~V<int, W<char> >(void)'],
  ])('%s', (name, text) => {
    expect(demangle(name)).toBe(text);
  });

  test.each([
    'main',
    'rt_hit',
    '_main',
    '_Z',
    '_ZNK',
    '_Zebra',
    '_R',
    '?',
    '$s8Demangle3FooV',
    '_D3std5stdio',
    '',
  ])('%s stays as it is', (name) => {
    expect(demangle(name)).toBe(name);
  });
});

const CPP = `namespace n { template <class T, int N> struct V { T x[N]; T at(int) const; V(); };
template <class T, int N> T V<T, N>::at(int i) const { return x[i]; }
template <class T, int N> V<T, N>::V() {}
template struct V<int, 3>; template struct V<char, 2>;
int f(const V<int, 3> &, char *, unsigned long) { return 1; }
void g(int (*)(double), bool) {} }`;

needsTool(
  'clang-14',
  'llvm-nm',
  'llvm-cxxfilt',
)('agrees with llvm-cxxfilt on a compiler’s names', ([clang, nm, filt]) => {
  const folder = mkdtempSync(join(tmpdir(), 'ardedup-demangle-'));
  try {
    const object = join(folder, 'a.o');
    execFileSync(clang, ['-x', 'c++', '-target', 'x86_64-linux-gnu', '-c', '-', '-o', object], {
      input: CPP,
    });
    const names = execFileSync(nm, ['-j', object], { encoding: 'utf8' })
      .split('\n')
      .filter((name) => /^_Z/.test(name));
    const wanted = execFileSync(filt, names, { encoding: 'utf8' }).trim().split('\n');
    // Constructors that mean two (C5) are names of COMDAT groups only.
    const rows = names.map((name, at) => [name, wanted[at]]).filter(([name]) => !/[CD]5E/.test(name));
    expect(rows.length).toBeGreaterThan(4);
    expect(rows.map(([name]) => demangle(name))).toEqual(rows.map(([, text]) => text));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** Each level means two of the one before. */
function doubling(levels: number): string {
  const part = (level: number) => (level === 0 ? 'S_' : `S${(level - 1).toString(36).toUpperCase()}_`);
  let name = '_Z1f1AIiiE';
  for (let level = 1; level < levels; level++) name += `S_I${part(level)}${part(level)}E`;
  return name;
}

test('names made to hang or crash are left as they are, and the next is read again', () => {
  const start = performance.now();
  const hostile = [
    doubling(40),
    doubling(200),
    `?f@@YAX${'PEA'.repeat(1300)}H@Z`,
    `_Z1f${'P'.repeat(4000)}i`,
  ];
  for (const name of [...hostile, `_Z1f${'P'.repeat(100_000)}i`, `_R${'NvB_'.repeat(300)}C1a1b`]) {
    const text = demangle(name);
    expect(text === name || text.length <= 2001).toBe(true);
  }
  expect(demangle(hostile[0])).toBe(hostile[0]);
  expect(performance.now() - start).toBeLessThan(5000);
  expect(demangle('_Z3addii')).toBe('add(int, int)');
});

test('gives up after many that fail, without a word', () => {
  for (let at = 0; at < 20; at++) {
    const name = `${doubling(60)}${'i'.repeat(at)}`;
    expect(demangle(name)).toBe(name);
  }
});
