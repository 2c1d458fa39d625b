import type { RecordFormat } from './linker-record.js';

/**
 * The map of ld64, of Apple's newer linker and of LLD: `[ 2] liba.a(a.o)` below `# Object files:`. LLD lists every file
 * that it loaded; Apple's linkers leave out files without atoms. Apple's were not run: their format is that of ld64's
 * source.
 *
 * Source: ld64, src/ld/OutputFile.cpp (writeMapFile); lld/MachO/MapFile.cpp.
 */
export const appleMap: RecordFormat = {
  matches: (text) => /^# Path: /m.test(text) && /^# Object files:\r?$/m.test(text),
  read: (text) => {
    const list = text
      .slice(text.search(/^# Object files:/m))
      .split(/\r?\n/)
      .slice(1);
    const end = list.findIndex((row) => row.startsWith('#'));
    const files = list.slice(0, end < 0 ? undefined : end).flatMap((row) => {
      const [, file] = /^\[ *\d+\] (.+)$/.exec(row) ?? [];
      return file === undefined || file === 'linker synthesized' || file.startsWith('<') ? [] : [file];
    });
    const [, architecture] = /^# Arch: (\S+)/m.exec(text) ?? [];
    return {
      title: 'map of ld64 or LLD',
      linkers: ['ld64', 'ld-prime', 'ld64.lld', 'ld64.lld-16'],
      extent: 'placed',
      files,
      ...(architecture === undefined ? {} : { architecture }),
    };
  },
};

const REASON = /^(?:.+) forced load of (.+\))$/gm;

/**
 * `-why_load`: `_a forced load of liba.a(a.o)`, a line for every archive member.
 *
 * Source: ld64, src/ld/parsers/archive_file.cpp; lld/MachO/InputFiles.cpp.
 */
export const whyLoad: RecordFormat = {
  matches: (text) => / forced load of .+\)\r?$/m.test(text),
  read: (text) => ({
    title: 'output of -why_load',
    linkers: ['ld64', 'ld-prime', 'ld64.lld', 'ld64.lld-16'],
    extent: 'all',
    files: [...text.replaceAll('\r', '').matchAll(REASON)].map(([, file]) => file),
  }),
};
