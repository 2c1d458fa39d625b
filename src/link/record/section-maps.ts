import type { LinkerRecord, RecordFormat } from './linker-record.js';

/** Maps that list the input sections of the output: a member that placed none is not in them. */
function sectionMap(
  heading: RegExp,
  row: RegExp,
  rest: Pick<LinkerRecord, 'title' | 'linkers'>,
): RecordFormat {
  return {
    matches: (text) => heading.test(text),
    read: (text) => {
      const files = new Set<string>();
      for (const [, file] of text.matchAll(row)) if (!file.startsWith('<')) files.add(file);
      return { ...rest, extent: 'placed', files: [...files] };
    },
  };
}

/**
 * `201120  201120  1b  1  libc.a(printf.o):(.text)`
 *
 * Source: lld/ELF/MapFile.cpp.
 */
export const lldMap = sectionMap(
  /^ *VMA +LMA +Size +Align +Out +In +Symbol\r?$/m,
  /^ *[0-9a-f]+ +[0-9a-f]+ +[0-9a-f]+ +\d+ +(\S.*):\([^:]*\)\r?$/gm,
  { title: 'map of LLD', linkers: ['lld', 'lld-14'] },
);

/**
 * `0x2011e0  27  16  libc.a(printf.o):(.text)`
 *
 * Source: mold, elf/mapfile.cc.
 */
export const moldMap = sectionMap(
  /^ *VMA +Size +Align +Out +In +Symbol\r?$/m,
  /^ *0x[0-9a-f]+ +\d+ +\d+ +(\S.*):\([^:]*\)\r?$/gm,
  { title: 'map of mold', linkers: ['mold'] },
);

/**
 * `-  171  c  liba.a(a.o):(a)`
 *
 * Source: lld/wasm/MapFile.cpp.
 */
export const wasmMap = sectionMap(
  /^ *Addr +Off +Size +Out +In +Symbol\r?$/m,
  /^ *(?:-|[0-9a-f]+) +[0-9a-f]+ +[0-9a-f]+ {9}(\S.*):\(.*\)\r?$/gm,
  { title: 'map of wasm-ld', linkers: ['wasm-ld', 'wasm-ld-19', 'wasm-ld-16'] },
);
