import { describe, expect, test } from 'vitest';
import { readRecord } from './read-record.js';

describe('records as linkers write them', () => {
  test("GNU ld's map: a long name has its reason on the next line", () => {
    const long = 'trimmed/libext_http.a(ext_http-1111111111111111.rcgu.o)';
    const text = `Archive member included to satisfy reference by file (symbol)

liba.a(a.o)                   main.o (a)
libw.a(w w.o)                 (--whole-archive)
${long}
                              main.o (http_get)

Discarded input sections

 .note.GNU-stack
                0x0000000000000000        0x0 liba.a(other.o)

Linker script and memory map

LOAD main.o
LOAD liba.a
`;
    expect(readRecord(text)).toEqual({
      title: 'map of GNU ld',
      linkers: ['gnu-ld', 'mingw-ld'],
      extent: 'all',
      files: ['liba.a(a.o)', 'libw.a(w w.o)', long, 'main.o', 'liba.a'],
    });
  });

  test("GNU ld's map of a link that loaded no archive member", () => {
    const { files } = readRecord('\nMemory Configuration\n\nLinker script and memory map\n\nLOAD main.o\n');
    expect(files).toEqual(['main.o']);
  });

  test("ld64's map, from its source", () => {
    const text = `# Path: out
# Arch: arm64
# Object files:
[  0] linker synthesized
[  1] main.o
[  2] /tmp/liba.a(a.o)
# Sections:
# Address	Size    	Segment	Section
`;
    expect(readRecord(text)).toMatchObject({
      extent: 'placed',
      architecture: 'arm64',
      files: ['main.o', '/tmp/liba.a(a.o)'],
    });
  });

  test("Apple's -why_load", () => {
    const { files, extent } = readRecord(
      '_a forced load of liba.a(a.o)\n-force_load forced load of libw.a(w.o)\n',
    );
    expect([extent, files]).toEqual(['all', ['liba.a(a.o)', 'libw.a(w.o)']]);
  });

  test("Microsoft's /VERBOSE, from its documentation", () => {
    const text = `
Starting pass 1
Searching libraries
    Searching out\\liba.lib:
      Found _a
        Referenced in main.obj
        Loaded liba.lib(a.obj)
`.replaceAll('\n', '\r\n');
    expect(readRecord(text)).toMatchObject({ files: ['liba.lib(a.obj)'], opened: ['out\\liba.lib'] });
  });

  test.each([
    ['trace: main.o\ntrace: liba.a(a.o)\n', "mold's trace lists files that are not loaded"],
    ['Address  Size     Align Out     In      Symbol\n', 'names members without their archives'],
    [' Preferred load address is 0000000140000000\n', 'names archives without their folders'],
    ['', 'not a linker map or trace'],
    ['ld: warning: nothing\n', 'not a linker map or trace'],
  ])('%j is refused', (text, problem) => {
    expect(() => readRecord(text)).toThrow(problem);
  });
});
