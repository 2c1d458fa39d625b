import type { RecordFormat } from './linker-record.js';

/** A trace has nothing but names of files, and maybe other messages. */
const MEMBER = /^(?:\(.+\)\S.*|\S.*\(.+\))\r?$/m;
/** As linkers begin their messages. */
const MESSAGE = /^\S+: /;

/**
 * `-t` or `--trace`: a file a line. GNU ld lists members where `-t` is given twice, as `(liba.a)a.o`; gold and LLD
 * write `liba.a(a.o)`. mold's lists files that it read, whether or not it loaded them, and is refused: use its map.
 *
 * Source: binutils ld/ldmain.c, gold/fileread.cc, lld/ELF/InputFiles.cpp; lld/wasm and lld/MachO the same.
 */
export const trace: RecordFormat = {
  matches: (text) => MEMBER.test(text),
  read: (text) => {
    const rows = text.split(/\r?\n/).filter((row) => row !== '' && !MESSAGE.test(row));
    const isGnu = rows.some((row) => /^\(.+\)\S/.test(row));
    return {
      title: isGnu ? 'trace of GNU ld' : 'trace',
      linkers: isGnu ? ['gnu-ld', 'mingw-ld'] : [],
      extent: 'all',
      files: rows.map((row) => row.replace(/^\((.+)\)(\S.*)$/, '$1($2)')),
    };
  },
};
