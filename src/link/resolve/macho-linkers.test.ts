import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { askMachoLd, type CLink, simulateCLink, writeCLink } from '../../../test/builders/c-link.js';
import { askCLinks, CLANG, expectTold } from '../../../test/oracles/ask-c-links.js';
import { needsTool } from '../../../test/oracles/tools.js';
import { openLine } from '../line/open-lines.js';

/** Effects of options of Apple's dialect, compared with LLD for Mach-O, on objects of clang. `%` is the folder. */

const folder = mkdtempSync(join(tmpdir(), 'ardedup-macho-link-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An object that asks for libraries. */
const asking = (options: readonly (readonly string[])[], ...wanted: string[]): string =>
  [
    ...options.map((words) => `.linker_option ${words.map((word) => `"${word}"`).join(', ')}`),
    '.data',
    '.p2align 3',
    ...wanted.map((name) => `.quad _${name}`),
    '.subsections_via_symbols',
    '',
  ].join('\n');

const FILES = {
  'main.o': 'U a',
  'liby.a': { 'a.o': 'D a', 'b.o': 'D b' },
  'libz.a': { 'c.o': 'D c; U b', 'd.o': 'D d' },
};

const OBJC = {
  'main.o': 'U d',
  'libo.a': {
    'd.o': 'D d',
    'category.o': '.section __DATA,__objc_catlist,regular,no_dead_strip\n.p2align 3\n.quad 0\n',
    'plain.o': 'D e',
    'class.o': '.data\n.p2align 3\n.globl _OBJC_CLASS_$_K\n_OBJC_CLASS_$_K:\n.quad 0\n',
  },
};

const LINKS: Record<string, CLink> = {
  'all archives whole': { files: FILES, line: '-dylib %/main.o %/liby.a -all_load %/libz.a' },
  'all archives whole, then not': { files: FILES, line: '-dylib %/main.o %/liby.a -all_load -noall_load' },
  'a whole archive': { files: FILES, line: '-dylib %/main.o -force_load %/libz.a %/liby.a' },
  'an archive that is whole at its second occurrence only': {
    files: FILES,
    line: '-dylib %/main.o %/liby.a -force_load %/liby.a',
  },
  'an archive that is whole twice': {
    files: FILES,
    line: '-dylib %/main.o -force_load %/liby.a -force_load %/liby.a',
  },
  '-ObjC loads classes, then categories': { files: OBJC, line: '-dylib %/main.o -ObjC %/libo.a' },
  'without -ObjC nothing does': { files: OBJC, line: '-dylib %/main.o %/libo.a' },
  'exported names are wanted': {
    files: FILES,
    line: '-dylib %/main.o %/liby.a %/libz.a -exported_symbol _d',
  },
  'patterns of names are not': { files: FILES, line: '-dylib %/main.o %/liby.a -exported_symbol _b*' },
  'a list of exported names': {
    files: FILES,
    texts: { 'e.txt': '# these\n_b # and\n\n_d*\n' },
    line: '-dylib %/main.o %/liby.a %/libz.a -exported_symbols_list %/e.txt',
  },
  'names that are not exported are not wanted': {
    files: FILES,
    line: '-dylib %/main.o %/liby.a -unexported_symbol _b',
  },
  'a list of files': {
    files: FILES,
    texts: { 'f.txt': '%/main.o\n%/liby.a\n' },
    line: '-dylib -filelist %/f.txt',
  },
  'libraries in folders': { files: FILES, line: '-dylib %/main.o -L% -lz -weak-ly' },
  'a library of the system root': {
    files: { ...FILES, 'root/usr/lib/libs.a': { 'a2.o': 'D a' } },
    line: '-dylib %/main.o -syslibroot %/root -ls',
  },
  'a folder in the system root': {
    files: { ...FILES, 'root/opt/libs.a': { 'a2.o': 'D a' } },
    line: '-dylib %/main.o -syslibroot %/root -L/opt -ls',
  },
  'a framework that is an archive': {
    files: { ...FILES, 'Foo.framework/Foo': { 'a2.o': 'D a' } },
    line: '-dylib %/main.o -F% -framework Foo %/liby.a',
  },
  'a library that an object asks for': {
    files: { ...FILES, 'main.o': asking([['-lz']], 'c', 'a') },
    line: '-dylib -L% %/main.o %/liby.a',
  },
  'libraries that objects ask for, and an archive of the line behind them': {
    files: {
      'main.o': asking([['-lz'], ['-ly']], 'a'),
      'libq.a': { 'q.o': 'D a' },
      'libz.a': { 'z.o': 'D a' },
      'liby.a': { 'y.o': 'D a' },
    },
    line: '-dylib -L% %/main.o %/libq.a',
  },
  'a framework and libraries that objects ask for': {
    files: {
      'main.o': asking([['-lz'], ['-ly'], ['-framework', 'Foo']], 'a', 'b', 'c'),
      'Foo.framework/Foo': { 'f.o': 'D a' },
      'libz.a': { 'z.o': 'D a; D b' },
      'liby.a': { 'y.o': 'D b; D c' },
    },
    line: '-dylib -L% -F% %/main.o',
  },
  'a library that a member asks for': {
    files: {
      'main.o': 'U a; U d',
      'liby.a': { 'y.o': asking([['-lz']], 'b').replace('.data', '.globl _a\n.data\n_a:') },
      'libz.a': { 'b.o': 'D b', 'd.o': 'D d' },
    },
    line: '-dylib -L% %/main.o %/liby.a',
  },
  'a library that a member asks for is there before the symbols of the member': {
    files: {
      'main.o': 'U a',
      'liby.a': { 'y.o': asking([['-lz']], 'b', 'c') },
      'libz.a': { 'b.o': 'D b', 'c.o': 'D c; D b' },
    },
    line: '-dylib -L% %/main.o -force_load %/liby.a',
  },
  'a function to start with is not looked for': {
    files: FILES,
    line: '-dylib %/main.o %/liby.a %/libz.a -init _d',
  },
  'duplicates, dead or not': {
    files: {
      'main.o': 'U g; U h',
      'p.a': { 'p1.o': 'D f; D g' },
      'q.a': { 'q1.o': 'D f; D h' },
    },
    line: '-dylib -dead_strip %/main.o %/p.a %/q.a',
  },
};

/** Links that LLD 14 cannot do: it has neither -load_hidden nor -hidden-l, and -ObjC does not load Swift. */
const NEWER: Record<string, CLink> = {
  '-ObjC loads Swift, too': {
    files: {
      'main.o': 'U d',
      'libs.a': {
        'swift.o': '.section __TEXT,__swift5_types\n.p2align 2\n.long 0\n',
        'd.o': 'D d',
      },
    },
    line: '-dylib %/main.o -ObjC %/libs.a',
  },
  'another name for one that is found': {
    files: { 'main.o': 'U a; U f', 'liby.a': FILES['liby.a'] },
    line: '-dylib %/main.o %/liby.a -alias _a _f',
  },
  'an alias of a name without references': {
    files: { 'main.o': 'U f', 'liby.a': FILES['liby.a'] },
    line: '-dylib %/main.o %/liby.a -alias _a _f',
  },
  'hidden archives': { files: FILES, line: '-dylib %/main.o -load_hidden %/libz.a -L% -hidden-ly' },
};

/** An archive with a class whose member requests the archive itself. LLD up to 16 then reads it a second time. */
const SELF = {
  'main.o': 'U a; U d',
  'libs.a': {
    'class.o': asking([['-ls']]).replace('.data', '.globl _OBJC_CLASS_$_K\n.data\n_OBJC_CLASS_$_K:\n.quad 0'),
    'a.o': 'D a; U c',
    'c.o': 'D c',
    'd.o': 'D d',
  },
};

/**
 * Links of archives that one of their own members requests. If that member is extracted for a name that is still
 * undefined, LLD up to 16 crashes.
 */
const SELF_REQUESTED: Record<string, CLink> = {
  'a whole archive that its member requests': {
    files: SELF,
    line: '-dylib -L% %/main.o -force_load %/libs.a',
  },
  'all archives whole, with a request for one of them': {
    files: SELF,
    line: '-dylib -L% %/main.o -all_load %/libs.a',
  },
};

/** From 15 on, since 14 applies -ObjC to requested archives as well. */
const SELF_REQUESTED_OBJC: CLink = {
  files: { ...SELF, 'libs.a': { ...SELF['libs.a'], 'a2.o': 'D a' } },
  line: '-dylib -L% %/main.o -ObjC %/libs.a',
};

const linksOf = (id: string): [string, CLink][] => [
  ...Object.entries(LINKS),
  ...Object.entries(SELF_REQUESTED),
  ...(id === 'ld64.lld-14' ? [] : Object.entries(NEWER)),
];

askCLinks(folder, {
  versions: [
    ['ld64.lld-14', 'ld64.lld-16'],
    ['ld64.lld-16', 'ld64.lld-16'],
    ['ld64.lld-19', 'ld64.lld'],
    ['ld64.lld-22', 'ld64.lld'],
  ],
  linksOf,
  target: 'arm64-apple-macos11',
  ask: askMachoLd,
  compare: expectTold,
});

/** From 15 on. */
const ASKED_FIRST: CLink = {
  files: {
    'main.o': asking([['-lo']], 'd'),
    'libo.a': OBJC['libo.a'],
  },
  line: '-dylib -L% %/main.o -ObjC %/libo.a',
};

askCLinks(folder, {
  versions: [
    ['ld64.lld-16', 'ld64.lld-16'],
    ['ld64.lld-22', 'ld64.lld'],
  ],
  linksOf: () => [
    ['an archive that an object requests is searched again when the line names it', ASKED_FIRST],
    ['an archive with a class whose member requests it', SELF_REQUESTED_OBJC],
  ],
  target: 'arm64-apple-macos11',
  ask: askMachoLd,
  compare: expectTold,
});

/** Seen of ld64 951.9. */
describe('ld64', () => {
  const ask = (title: string, link: CLink, [clang, ar]: string[]) => {
    const here = join(folder, title);
    writeCLink(link, here, { clang, ar, target: 'arm64-apple-macos11' });
    return simulateCLink(link, here, 'ld64');
  };
  const tools = needsTool(CLANG, 'llvm-ar');
  tools('an archive is what it was named as first', (found) => {
    const files = { 'main.o': 'U a', 'liby.a': { 'a.o': 'D a', 'b.o': 'D b' } };
    const later = { files, line: '-dylib %/main.o %/liby.a -force_load %/liby.a' };
    expect(ask('ld64-later', later, found).members).toEqual(['main.o', 'liby.a(a.o)']);
  });
  tools('an object that is named twice is a duplicate of itself', (found) => {
    const twice = { files: { 'main.o': 'D a' }, line: '-dylib %/main.o %/main.o' };
    expect(ask('ld64-twice', twice, found).clashes).toEqual(['_a']);
  });
  tools('a COMMON that a member has defined extracts no data', (found) => {
    const files = {
      'main.o': 'C f 8; C g 8',
      'liby.a': { 'a.o': 'D f; W g', 'b.o': 'D g' },
    };
    const link = { files, indexes: { 'liby.a': '_f=a.o _g=b.o' }, line: '-dylib %/main.o %/liby.a' };
    expect(ask('ld64-common', link, found).members).toEqual(['main.o', 'liby.a(a.o)']);
  });
  tools('a wrong index does not end the search', (found) => {
    const files = {
      'main.o': 'U f; U g',
      'liby.a': { 'a.o': 'D f' },
      'libz.a': { 'b.o': 'D g' },
    };
    const indexes = { 'liby.a': '_f=a.o _g=a.o' };
    const link = { files, indexes, line: '-dylib %/main.o %/liby.a %/libz.a' };
    expect(ask('ld64-stale', link, found).members).toEqual(['main.o', 'liby.a(a.o)', 'libz.a(b.o)']);
  });
  const ALIASED = {
    'main.o': 'U f',
    'liby.a': { 'a.o': 'D a', 'z.o': 'D z' },
    'libz.a': { 'f.o': 'D f' },
  };
  tools('the name that another one is for is looked for', (found) => {
    const link = { files: ALIASED, line: '-dylib %/main.o %/liby.a -alias _a _f' };
    const { members, undefined: missing } = ask('ld64-alias', link, found);
    expect({ members, missing }).toEqual({ members: ['main.o', 'liby.a(a.o)'], missing: [] });
  });
  tools('another name is there once its own is, and names are looked for in their order', (found) => {
    const of = (name: string) => ({
      files: ALIASED,
      texts: { 'names.txt': `# these\n  ${name}  _f # and\n\n_alone\n` },
      line: '-dylib %/main.o %/liby.a %/libz.a -alias_list %/names.txt',
    });
    expect(ask('ld64-alias-a', of('_a'), found).members).toEqual(['main.o', 'liby.a(a.o)']);
    // ld64 reports it as a duplicate.
    const both = ['main.o', 'libz.a(f.o)', 'liby.a(z.o)'];
    expect(ask('ld64-alias-z', of('_z'), found).members).toEqual(both);
  });
  tools('a function to start with is looked for', (found) => {
    const link = { files: { ...ALIASED, 'main.o': 'D x' }, line: '-dylib %/main.o %/liby.a -init _z' };
    expect(ask('ld64-init', link, found).members).toEqual(['main.o', 'liby.a(z.o)']);
  });
  tools('libraries that files ask for are searched by name', (found) => {
    const files = {
      'main.o': asking([['-lz'], ['-ly']], 'a'),
      'liby.a': { 'y.o': 'D a' },
      'libz.a': { 'z.o': 'D a' },
    };
    const link = { files, line: '-dylib -L% %/main.o' };
    expect(ask('ld64-asked', link, found).members).toEqual(['main.o', 'liby.a(y.o)']);
  });
});

describe('ld64, by its source', () => {
  needsTool(CLANG, 'llvm-ar')(
    'X24 with -dead_strip the definition further right wins, without it the first',
    ([clang, ar]) => {
      const link = LINKS['duplicates, dead or not'];
      const here = join(folder, 'X24');
      writeCLink(link, here, { clang, ar, target: 'arm64-apple-macos11' });
      const winner = (line: string) => simulateCLink({ ...link, line }, here, 'ld64').winners.get('_f');
      expect(winner('-dylib -dead_strip %/main.o %/p.a %/q.a')).toBe('q.a(q1.o)');
      expect(winner('-dylib -dead_strip %/main.o %/q.a %/p.a')).toBe('p.a(p1.o)');
      expect(winner('-dylib %/main.o %/p.a %/q.a')).toBe('p.a(p1.o)');
    },
  );
});

needsTool('clang-19|clang-14|clang', 'llvm-ar')(
  'an alias that a file defines as well is reported',
  ([clang, ar]) => {
    const here = join(folder, 'alias-told');
    const link = { files: { 'main.o': 'D a; D f' }, line: '' };
    writeCLink(link, here, { clang, ar, target: 'arm64-apple-macos11' });
    const skippedOf = (alias: string) => {
      const opened = openLine([join(here, 'main.o'), '-alias', '_a', alias]);
      opened.close();
      return opened.skipped;
    };
    expect(skippedOf('_g')).toEqual([]);
    expect(skippedOf('_f')).toEqual([{ what: '-alias', reason: 'its definition of _f is not simulated' }]);
  },
);

test('no case is lost', () => expect(Object.keys(LINKS).length).toBeGreaterThan(15));
