import type { RecordFormat } from './linker-record.js';

/** `lld-link: Loaded liba.lib(a.obj) for a`, of Microsoft's linker `      Loaded liba.lib(a.obj)`. */
const LOADED = /^(?:\S*lld-link\S*: |\s+)Loaded (.+?)(?: for \S.*)?$/gm;

/** `lld-link: Reading out/liba.lib`, of Microsoft's linker `    Searching out\\liba.lib:`; members are read too. */
const OPENED = /^(?:\S*lld-link\S*: Reading (.+[^)])|\s+Searching (.+):)$/gm;

/**
 * `/VERBOSE`, a line for every archive member that is loaded, by its archive's name without a folder. LLD's goes to
 * standard error. Microsoft's linker was not run: its format is that of its documentation.
 *
 * Source: lld/COFF/InputFiles.cpp, SymbolTable.cpp;
 * https://learn.microsoft.com/cpp/build/reference/verbose-print-progress-messages
 */
export const verboseLog: RecordFormat = {
  matches: (text) => /^(?:\S*lld-link\S*: Reading |\s+Loaded .+\))/m.test(text),
  read: (text) => ({
    title: 'output of /verbose',
    linkers: ['lld-link', 'lld-link-19', 'link.exe'],
    extent: 'all',
    opened: [...text.replaceAll('\r', '').matchAll(OPENED)].map(([, lld, link]) => lld ?? link),
    files: [...text.replaceAll('\r', '').matchAll(LOADED)].map(([, file]) => file),
  }),
};
