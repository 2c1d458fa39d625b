import { writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { runMain } from '../../test/run-main.js';
import { useFolder } from '../../test/use-folder.js';
import { readLog } from './log/read-log.js';
import { causesInLog } from './log-causes.js';

const at = useFolder();

const relations = (log: string) => causesInLog(readLog(log).diagnostics).map(({ relation }) => relation);
const gnu = (symbol: string, one: string, other: string) =>
  `/usr/bin/ld: ${other}: multiple definition of \`${symbol}'; ${one}: first defined here\n`;

describe('causes by the names and sources of messages', () => {
  test.each([
    ['_cgo_panic', 'libone.a(go.o):(.text+0x0)', 'libtwo.a(go.o):(.text+0x0)', 'two-go-runtimes'],
    ['x_cgo_init', 'libone.a(000004.o):(.text+0x0)', 'libtwo.a(000003.o):(.text+0x0)', 'two-go-runtimes'],
    ['helper', 'libone.a(go.o):(.text+0x0)', 'libtwo.a(stop.o):(.text+0x0)', 'other-library'],
    [
      '__rustc::__rust_alloc',
      'libone.a(one.39nf.rcgu.o):(.t+0x0)',
      'libtwo.a(two.bqrw.rcgu.o):(.t+0x0)',
      'allocator-shims',
    ],
    [
      '__rust_no_alloc_shim_is_unstable',
      'libone.a(a.o):(.t+0x0)',
      'libtwo.a(b.o):(.t+0x0)',
      'allocator-shims',
    ],
    ['my_rust_alloc', 'libone.a(a.o):(.t+0x0)', 'libtwo.a(b.o):(.t+0x0)', 'other-library'],
    ['hash', 'main.o:/src/net.h:4', 'libone.a(net.o):/src/net.h:4', 'one-header'],
    ['hash', 'main.o:/src/net.h:4', 'libone.a(net.o):/src/net.h:9', 'other-library'],
    ['hash', 'main.o:/src/net.c:4', 'libone.a(net.o):/src/net.c:4', 'other-library'],
  ])('GNU ld: %s in %s and %s', (symbol, one, other, relation) => {
    expect(relations(gnu(symbol, one, other))).toEqual([relation]);
  });

  test('LLD names the header before the object', () => {
    const place = (object: string) =>
      `>>> defined at net.h:2 (/src/net.h:2)\n>>>            ${object}:(hash)\n`;
    const [cause] = causesInLog(
      readLog(`ld.lld: error: duplicate symbol: hash\n${place('m.o')}${place('a.o')}`).diagnostics,
    );
    expect(cause).toMatchObject({ relation: 'one-header', source: 'net.h:2', files: ['m.o', 'a.o'] });
  });

  test('each is printed with what to do', async () => {
    const log = [
      gnu('crosscall2', 'liba.a(go.o):(.text+0x0)', 'libb.a(go.o):(.text+0x0)'),
      gnu('__rustc::__rust_alloc', 'libc.a(a.o):(.t+0x0)', 'libd.a(b.o):(.t+0x0)'),
      gnu('hash', 'main.o:/src/net.h:4', 'net.o:/src/net.h:4'),
    ];
    writeFileSync(at('link.log'), log.join(''));
    const { out } = await runMain(['explain', at('link.log')]);
    expect(out).toContain('liba.a and libb.a each hold a whole Go runtime');
    expect(out).toContain('rustc wrote allocator functions into libc.a and libd.a');
    expect(out).toContain('main.o and net.o each compiled a definition in a header, net.h:4');
    expect(out.match(/^ +do /gm)).toHaveLength(3);
  });
});

test.each([
  [
    'type: 10 (VERSION) name: 1 lang: 409',
    '.rsrc merge failure: duplicate leaf: type: 10 (VERSION) name: 1 lang: 409',
  ],
  ['string resource: 7', '.rsrc merge failure: duplicate string resource: 7'],
  ['manifest', '.rsrc merge failure: multiple non-default manifests'],
])("MinGW's ld names no file of a resource that two inputs have: %s", (subject, message) => {
  const { notes } = readLog(`/usr/bin/x86_64-w64-mingw32-ld: ${message}\n`);
  expect(notes).toEqual([{ code: 'resource-twice', line: 1, subject, files: [] }]);
});
