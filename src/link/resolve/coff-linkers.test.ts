import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import {
  askLldLink,
  askMingw,
  type CLink,
  type Said,
  simulateCLink,
  writeCLink,
} from '../../../test/builders/c-link.js';
import { writeGnuArchive } from '../../../test/builders/write-archive.js';
import { shortImport } from '../../../test/equivalence/probes.js';
import type { LinkAnswer } from '../../../test/link-answer.js';
import { askCLinks, CLANG, expectExtracted } from '../../../test/oracles/ask-c-links.js';
import { needsTool } from '../../../test/oracles/tools.js';
import type { LinkerId } from '../linkers/linker-profile.js';

/** The simulation of COFF linkers against the linkers themselves, on objects that clang makes. */

const folder = mkdtempSync(join(tmpdir(), 'ardedup-coff-link-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/**
 * Data that competes as a COMDAT of one selection: `one_only`, `discard` (any), `same_size`, `same_contents`,
 * `largest`.
 */
const comdat = (selection: string, value: number, words = 1): string =>
  `.section .data,"dw",${selection},f\n.globl f\nf:\n${`.long ${value}\n`.repeat(words)}`;

/** An import library with one function. */
const IMPORT = Buffer.from(
  writeGnuArchive(
    [{ name: 'x.dll', data: shortImport('f x.dll') }],
    ['__imp_f', 'f'].map((name) => ({ name, ordinal: 0 })),
  ),
);

const pairs = (one: string, other: string): CLink => ({
  files: { 'main.obj': 'T main; U f', 'one.obj': one, 'two.obj': other },
  line: 'main.obj one.obj two.obj',
});

/** Rows of an object, as assembly, with options for the linker. `D f` alone. */
const directives = (options: string, row: string): string => {
  const name = row.slice(2);
  return `.section .drectve,"yn"\n.ascii " ${options}"\n.data\n.globl ${name}\n${name}:\n.long 1\n`;
};

const orders = (names: readonly string[]): string[][] =>
  names.length === 0
    ? [[]]
    : names.flatMap((name) => orders(names.filter((other) => other !== name)).map((rest) => [name, ...rest]));

const WEAK_AND_STRONG = {
  'a.lib': { 'a1.obj': 'D f' },
  'wx.obj': 'w f',
  'm.obj': 'U f',
  'main.obj': 'T main',
};

const ONE_AND_TWO = {
  'main.obj': 'T main; U x',
  'a.lib': { 'a1.obj': 'D x', 'a2.obj': 'D y' },
  'z.lib': { 'z1.obj': 'D z' },
};

/** Names of /wrap: what is looked for, and in which order. */
const WRAPPED: Record<string, CLink> = {
  'a wrapped name, its wrapper, and what that calls': {
    files: {
      'main.obj': 'T main; U f',
      'a.lib': { 'a1.obj': 'D f' },
      'w.lib': { 'w1.obj': 'D __wrap_f; U __real_f' },
    },
    line: '/wrap:f main.obj a.lib w.lib',
  },
  'a wrapped name that an archive could define': {
    files: {
      'main.obj': 'T main; U g',
      'a.lib': { 'a1.obj': 'D f', 'a2.obj': 'D g' },
      'w.lib': { 'w1.obj': 'D __wrap_f; D x' },
    },
    line: '/wrap:f main.obj a.lib w.lib',
  },
  'a wrapped name without references': {
    files: { 'main.obj': 'T main; U x', 'w.lib': { 'w1.obj': 'D __wrap_f', 'w2.obj': 'D x' } },
    line: '/wrap:f main.obj w.lib',
  },
  'the real name in an archive': {
    files: {
      'main.obj': 'T main; U f',
      'a.lib': { 'a1.obj': 'D f' },
      'w.lib': { 'w1.obj': 'D __wrap_f' },
      'r.lib': { 'r1.obj': 'D __real_f' },
    },
    line: '/wrap:f main.obj a.lib w.lib r.lib',
  },
};

const LINKS: Record<string, CLink> = {
  ...WRAPPED,
  'X41 any and any': pairs(comdat('discard', 1), comdat('discard', 2)),
  'X41 no duplicates twice': pairs(comdat('one_only', 1), comdat('one_only', 1)),
  'X41 same size, equal': pairs(comdat('same_size', 1), comdat('same_size', 2)),
  'X41 same size, other size': pairs(comdat('same_size', 1), comdat('same_size', 1, 2)),
  'X41 exact match, equal': pairs(comdat('same_contents', 1), comdat('same_contents', 1)),
  'X41 exact match, other content': pairs(comdat('same_contents', 1), comdat('same_contents', 2)),
  'X41 largest, the second is larger': pairs(comdat('largest', 1), comdat('largest', 1, 3)),
  'X41 largest, the first is larger': pairs(comdat('largest', 1, 3), comdat('largest', 1)),
  'X41 any and largest': pairs(comdat('discard', 1), comdat('largest', 1, 3)),
  'X41 any and no duplicates': pairs(comdat('discard', 1), comdat('one_only', 1)),
  'X41 COMDAT and plain': pairs(comdat('discard', 1), 'D f'),
  'X41 plain and COMDAT': pairs('D f', comdat('discard', 1)),
  'two weak definitions': pairs('W f; D g', 'W f; D h'),
  'weak and strong': pairs('W f; D g', 'D f'),
  'common and data': pairs('C f 16', 'D f'),
  'two weak references whose defaults have two names': {
    files: { 'main.obj': 'T main; w f; D g', 'one.obj': 'w f; D h' },
    line: 'main.obj one.obj',
  },
  'two weak references whose defaults have one name': {
    files: { 'main.obj': 'T main', 'one.obj': 'w f', 'two.obj': 'w f' },
    line: 'main.obj one.obj two.obj',
  },
  'a weak reference and a weak definition': {
    files: { 'main.obj': 'T main', 'one.obj': 'w f', 'two.obj': 'W f' },
    line: 'main.obj one.obj two.obj',
  },
  'common twice': pairs('C f 8', 'C f 16'),
  'X42 an object behind an archive': {
    files: { 'main.obj': 'T main; U f; U g', 'a.lib': { 'a1.obj': 'D f; D g' }, 'b.obj': 'D f' },
    line: 'main.obj a.lib b.obj',
  },
  'members in the order that they were asked for': {
    files: {
      'main.obj': 'T main; U c; U a',
      'x.lib': { 'a.obj': 'D a; U d', 'b.obj': 'D b', 'c.obj': 'D c; U b', 'd.obj': 'D d' },
    },
    line: 'x.lib main.obj',
  },
  ...Object.fromEntries(
    orders(['a.lib', 'wx.obj', 'm.obj']).map((order) => [
      `X43 ${order.join(' ')}`,
      { files: WEAK_AND_STRONG, line: `main.obj ${order.join(' ')}` },
    ]),
  ),
  'X44 a weak definition extracts no member': {
    files: { 'main.obj': 'T main; W f', 'a.lib': { 'a1.obj': 'D f' } },
    line: 'main.obj a.lib',
  },
  'X45 the index lists a weak external': {
    files: {
      'main.obj': 'T main; U f',
      'wl.lib': { 'wl1.obj': 'w f; D q' },
      'real.lib': { 'real1.obj': 'D f' },
    },
    indexes: { 'wl.lib': 'f=wl1.obj q=wl1.obj' },
    line: 'main.obj wl.lib real.lib',
  },
  'X45b the index leaves it out': {
    files: {
      'main.obj': 'T main; U f',
      'wl.lib': { 'wl1.obj': 'w f; D q' },
      'real.lib': { 'real1.obj': 'D f' },
    },
    indexes: { 'wl.lib': 'q=wl1.obj' },
    line: 'main.obj wl.lib real.lib',
  },
  'X46 the first archive of the line, not the own one': {
    files: {
      'main.obj': 'T main; U q',
      'P.lib': { 'p1.obj': 'D x' },
      'Q.lib': { 'q1.obj': 'D q; U x', 'q2.obj': 'D x' },
    },
    line: 'main.obj P.lib Q.lib',
  },
  'X47 no index': {
    files: { 'main.obj': 'T main; U f', 'a.lib': { 'a1.obj': 'D f' } },
    indexes: { 'a.lib': 'none' },
    line: 'main.obj a.lib',
  },
  'X47 a stale index': {
    files: { 'main.obj': 'T main; U f', 'a.lib': { 'a1.obj': 'D g', 'a2.obj': 'D f' } },
    indexes: { 'a.lib': 'f=a1.obj g=a1.obj' },
    line: 'main.obj a.lib',
  },
  'X48 an alternate name loses to an archive': {
    files: {
      'main.obj': 'T main; U f',
      'alt.obj': '.section .drectve,"yn"\n.ascii " /alternatename:f=g"\n.data\n.globl g\ng:\n.long 1\n',
      'a.lib': { 'a1.obj': 'D f' },
    },
    line: 'main.obj alt.obj a.lib',
  },
  'an alternate name is tried when all else is done': {
    files: {
      'main.obj': 'T main; U f',
      'alt.obj': directives('/alternatename:f=g /alternatename:h=i', 'D q'),
      'a.lib': { 'a1.obj': 'D g', 'a2.obj': 'D i' },
    },
    line: 'main.obj alt.obj a.lib',
  },
  'an alternate of an alternate': {
    files: {
      'main.obj': 'T main; U f',
      'alt.obj': directives('/alternatename:f=g /alternatename:g=h', 'D q'),
      'a.lib': { 'a1.obj': 'D h' },
    },
    line: 'main.obj alt.obj a.lib',
  },
  'an alternate that comes too late': {
    files: {
      'main.obj': 'T main; U f',
      'alt.obj': directives('/alternatename:f=b /alternatename:b=h', 'D q'),
      'a.lib': { 'a1.obj': 'D h' },
    },
    line: 'main.obj alt.obj a.lib',
  },
  'an alternate that is referenced': {
    files: {
      'main.obj': 'T main; U f',
      'alt.obj': directives('/alternatename:f=g /alternatename:g=h /include:g', 'D q'),
      'a.lib': { 'a1.obj': 'D h' },
    },
    line: 'main.obj alt.obj a.lib',
  },
  'an alternate is nothing to a weak external': {
    files: {
      'main.obj': 'T main; w f',
      'alt.obj': directives('/alternatename:f=g', 'D q'),
      'a.lib': { 'a1.obj': 'D g' },
    },
    line: 'main.obj alt.obj a.lib',
  },
  'what a file includes comes at once, its default library behind the line, its exports last': {
    files: {
      'main.obj': 'T main; U f; U d',
      'd.obj': directives('/defaultlib:z /export:e /include:i /export:fwd=other.f /export:o=own,DATA', 'D d'),
      'a.lib': { 'e.obj': 'D e', 'i.obj': 'D i', 'own.obj': 'D own', 'fwd.obj': 'D fwd' },
      'z.lib': { 'f.obj': 'D f; U f2', 'f2.obj': 'D f2' },
    },
    line: 'main.obj d.obj a.lib',
  },
  'a default library that a member asks for': {
    files: {
      'main.obj': 'T main; U f; U g',
      'a.lib': { 'a1.obj': directives('/defaultlib:z.lib', 'D f') },
      'z.lib': { 'z1.obj': 'D g' },
    },
    line: 'main.obj a.lib',
  },
  'a default library of a member that is not loaded': {
    files: {
      'main.obj': 'T main; U g',
      'a.lib': { 'a1.obj': directives('/defaultlib:z.lib', 'D f') },
      'z.lib': { 'z1.obj': 'D g' },
    },
    line: 'main.obj a.lib',
  },
  'a default library that another file forbids': {
    files: {
      'main.obj': 'T main; U g',
      'no.obj': directives('/nodefaultlib:z.lib', 'D n'),
      'yes.obj': directives('/defaultlib:z.lib', 'D y'),
      'z.lib': { 'z1.obj': 'D g' },
    },
    line: 'main.obj no.obj yes.obj',
  },
  'a pointer to an import is made for what is there': {
    files: { 'main.obj': 'T main; U __imp_f; U f', 'a.lib': { 'a1.obj': 'D f' } },
    line: 'main.obj a.lib',
  },
  'a pointer to an import extracts nothing': {
    files: { 'main.obj': 'T main; U __imp_f', 'a.lib': { 'a1.obj': 'D f' } },
    line: 'main.obj a.lib',
  },
  'a name is imported through a pointer': {
    files: { 'main.obj': 'T main; U f', 'a.lib': { 'a1.obj': 'D __imp_f' } },
    line: 'main.obj a.lib',
  },
  'a whole archive': { files: ONE_AND_TWO, line: 'main.obj /wholearchive:a.lib z.lib' },
  'a whole archive that is named before': {
    files: ONE_AND_TWO,
    line: 'a.lib /WholeArchive:a.lib main.obj z.lib',
  },
  'all archives whole': { files: ONE_AND_TWO, line: 'main.obj a.lib z.lib -wholearchive' },
  'all archives whole, but not default libraries': {
    files: ONE_AND_TWO,
    line: 'main.obj /defaultlib:a /wholearchive z.lib',
  },
  'a default library comes behind all others': {
    files: { 'main.obj': 'T main; U x', 'a.lib': { 'a1.obj': 'D x' }, 'b.lib': { 'b1.obj': 'D x' } },
    line: '/defaultlib:a main.obj b.lib',
  },
  'a default library comes behind the members of all others': {
    files: {
      'main.obj': 'T main; U x; U z',
      'a.lib': { 'a1.obj': 'D x; U y' },
      'd.lib': { 'd1.obj': 'D y', 'd2.obj': 'D z' },
    },
    line: '/defaultlib:d main.obj a.lib',
  },
  'a default library of the line that a file forbids': {
    files: {
      'main.obj': 'T main; U x',
      'no.obj': directives('/nodefaultlib:a', 'D n'),
      'a.lib': { 'a1.obj': 'D x' },
    },
    line: '/defaultlib:a main.obj no.obj',
  },
  'a default library that the line forbids': {
    files: ONE_AND_TWO,
    line: 'main.obj /nodefaultlib:A.lib /defaultlib:a z.lib',
  },
  'no default libraries at all': { files: ONE_AND_TWO, line: 'main.obj /nodefaultlib /defaultlib:a z.lib' },
  'names without an extension': { files: ONE_AND_TWO, line: 'main a.lib z.lib' },
  'alternates and exports of the line': {
    files: {
      'main.obj': 'T main; U f; U b',
      'a.lib': { 'a1.obj': 'D e', 'b1.obj': 'D b', 'g1.obj': 'D g', 'o1.obj': 'D own' },
    },
    line: 'main.obj a.lib /alternatename:f=g /export:e /export:shown=own,@1,DATA /export:fwd=other.x',
  },
  'exports of the line after those of a file': {
    files: {
      'main.obj': directives('/export:f', 'T main'),
      'a.lib': { 'a1.obj': 'D e', 'a2.obj': 'D f', 'a3.obj': 'D g' },
    },
    line: 'main.obj a.lib /export:e /export:g',
  },
  'exports of a module-definition file': {
    files: {
      'main.obj': 'T main; U b',
      'a.lib': { 'a1.obj': 'D e', 'b1.obj': 'D b', 'g1.obj': 'D g', 'h1.obj': 'D h', 'n1.obj': 'D none' },
    },
    texts: {
      'x.def':
        'LIBRARY x ; none\nEXPORTS e @1 NONAME\n  shown = g DATA\n  fwd=other.none\n  h PRIVATE\nHEAPSIZE 4096\n',
    },
    line: 'main.obj a.lib /def:x.def',
  },
  'a response file in UTF-16, quoted as Windows has it': {
    files: ONE_AND_TWO,
    texts: { 'x.rsp': Buffer.from('\ufeff"main".obj\r\n"/include:"z a.lib z".lib"', 'utf16le') },
    line: '@x.rsp',
  },
  'a weak external that the index lists, in an archive that is named twice': {
    files: { 'main.obj': 'T main; U f', 'a.lib': { 'a1.obj': 'W f; D g' } },
    line: 'main.obj a.lib a.lib',
  },
  'a weak external that the index lists, beside a COMDAT that allows no other': {
    files: {
      'main.obj': 'T main; U w',
      'a.lib': { 'a1.obj': `.weak w\n.data\nw:\n.long 1\n${comdat('one_only', 1)}` },
    },
    line: 'main.obj a.lib a.lib',
  },
  'names that are wanted if an archive could define them': {
    files: {
      'main.obj': 'T main; U x',
      'a.lib': { 'a1.obj': 'D x; U y', 'a2.obj': 'D f; U g', 'a3.obj': 'D g', 'a4.obj': 'D y; D z' },
    },
    line: 'main.obj a.lib /includeoptional:f /includeoptional:missing /includeoptional:x',
  },
  'a name that is exported before it would be wanted if an archive could define it': {
    files: { 'main.obj': 'T main', 'a.lib': { 'a1.obj': 'D f', 'a2.obj': 'D g' } },
    line: 'main.obj a.lib /includeoptional:f /export:g',
  },
  'the load configuration that an archive has': {
    files: { 'main.obj': 'T main', 'a.lib': { 'a1.obj': 'D _load_config_used; U g', 'a2.obj': 'D g' } },
    line: 'main.obj a.lib',
  },
  'an alternate of a name that an archive has, which is exported': {
    files: {
      'main.obj': 'T main',
      'one.obj': directives('/alternatename:f=g', 'D q'),
      'two.obj': directives('/export:f', 'D r'),
      'a.lib': { 'a1.obj': 'W f; D h', 'a2.obj': 'D g' },
    },
    line: 'main.obj one.obj two.obj a.lib',
  },
  'roots extract': {
    files: { 'main.obj': 'T main', 'a.lib': { 'a1.obj': 'D f', 'a2.obj': 'D g' } },
    line: '/include:g main.obj a.lib',
  },
  'X55 an archive before its user': {
    files: {
      'main.obj': 'T main; U wapi',
      'S.lib': { 's1.obj': 'D rt' },
      'W.lib': { 'w1.obj': 'D wapi; U rt' },
    },
    line: 'main.obj S.lib W.lib',
  },
};

/** Cases that are not compared: the treatment of weak externals by GNU ld for COFF is in its profile. */
const NOT_ASKED: Partial<Record<LinkerId, readonly string[]>> = {
  // An archive without an index is an error of its own to it, and so is what only lld-link's dialect has.
  'mingw-ld': [
    'X47 no index',
    'X48 an alternate name loses to an archive',
    'names without an extension',
    ...Object.keys(LINKS).filter((title) => LINKS[title].line.split(' ').some((word) => /^[/@-]/.test(word))),
  ],
};

/** LLD 14 queues default libraries behind the inputs. */
const NOT_ASKED_OF: Partial<Record<string, readonly string[]>> = {
  'lld-link-14': [
    'a default library comes behind the members of all others',
    'a default library of the line that a file forbids',
  ],
};

askCLinks(folder, {
  versions: [
    ['lld-link-14', 'lld-link-19'],
    ['lld-link-16', 'lld-link-19'],
    ['lld-link-19', 'lld-link-19'],
    ['lld-link-22', 'lld-link'],
    ['x86_64-w64-mingw32-ld', 'mingw-ld'],
  ],
  linksOf: (program, id) =>
    Object.entries(LINKS).filter(
      ([title]) => !NOT_ASKED[id]?.includes(title) && !NOT_ASKED_OF[program]?.includes(title),
    ),
  target: 'x86_64-pc-windows-msvc',
  ask: (program, link, here, id) => (id.startsWith('lld-link') ? askLldLink : askMingw)(program, link, here),
  compare,
});

function compare(ours: LinkAnswer, said: Said, id: LinkerId): void {
  expectExtracted(ours, said);
  // A weak external satisfies a strong reference with its default, 0: to lld-link that name is not undefined.
  const missing = id.startsWith('lld-link')
    ? said.undefined.filter((name) => !ours.undefined.includes(name))
    : [];
  expect(missing, said.text).toEqual([]);
  for (const [name, file] of said.winners) {
    const winner = ours.winners.get(name)?.replace(/^.*\((.*)\)$/, '$1');
    if (winner !== undefined && !/^(common|absolute)/.test(winner))
      expect([name, winner], said.text).toEqual([name, file]);
  }
}

/** An import of `f` and another definition of it, in both orders. After a COMMON one the import is a duplicate. */
const IMPORT_PAIRS: readonly (readonly [order: string, row: string])[] = [
  ...['D f', 'T f', comdat('discard', 1), 'W f'].flatMap((row) => [
    ['io', row] as const,
    ['oi', row] as const,
  ]),
  ['io', 'C f 16'],
];

describe.each([
  ['lld-link-14', 'lld-link-19'],
  ['lld-link-19', 'lld-link-19'],
  ['lld-link-22', 'lld-link'],
] as const)('%s: an import and', (program, id) => {
  for (const [at, [order, row]] of IMPORT_PAIRS.entries())
    needsTool(
      program,
      CLANG,
      'llvm-ar',
    )(`${order} ${row.replaceAll('\n', ' ')}`, ([path, clang, ar]) => {
      const here = join(folder, `import-${at}`);
      const link: CLink = {
        files: { 'main.obj': 'T main; U f', 'o.lib': { 'o1.obj': row } },
        texts: { 'i.lib': IMPORT },
        line: `main.obj ${[...order].map((name) => `/wholearchive:${name}.lib`).join(' ')}`,
      };
      if (!existsSync(here)) writeCLink(link, here, { clang, ar, target: 'x86_64-pc-windows-msvc' });
      const [ours, said] = [simulateCLink(link, here, id), askLldLink(path, link, here)];
      expect(ours.clashes, said.text).toEqual(said.clashes);
      const isImported = row === 'W f' || order === 'oi';
      if (said.clashes.length === 0)
        expect(ours.winners.get('f')).toContain(isImported ? 'x.dll' : row.startsWith('C') ? '' : 'o1.obj');
    });
});

describe('link.exe as documented, not run', () => {
  const extracted = (title: string, link: CLink, [clang, ar]: string[]) => {
    const here = join(folder, title.replace(/\W/g, '_'));
    if (!existsSync(here)) writeCLink(link, here, { clang, ar, target: 'x86_64-pc-windows-msvc' });
    const { members } = simulateCLink(link, here, 'link.exe');
    return members.filter((member) => member.includes('('));
  };
  const of = (title: string) => [title, LINKS[title]] as const;
  needsTool(CLANG, 'llvm-ar')('asks the own library of a member first', (tools) => {
    const own = extracted(...of('X46 the first archive of the line, not the own one'), tools);
    expect(own).toEqual(['Q.lib(q1.obj)', 'Q.lib(q2.obj)']);
  });
  needsTool(CLANG, 'llvm-ar')('comes back to earlier libraries', (tools) => {
    expect(extracted(...of('X55 an archive before its user'), tools)).toEqual([
      'W.lib(w1.obj)',
      'S.lib(s1.obj)',
    ]);
  });
  needsTool(CLANG, 'llvm-ar')(
    'searches default libraries behind those of the line, and tries alternates',
    (tools) => {
      const late = 'a default library that a member asks for';
      expect(extracted(...of(late), tools)).toEqual(['a.lib(a1.obj)', 'z.lib(z1.obj)']);
      const none = 'a default library that another file forbids';
      expect(extracted(...of(none), tools)).toEqual([]);
      const chain = 'an alternate of an alternate';
      expect(extracted(...of(chain), tools)).toEqual(['a.lib(a1.obj)']);
    },
  );
});

describe('X49', () => {
  needsTool(
    'lld-link-19|lld-link-22',
    CLANG,
    'llvm-ar',
    'llvm-dlltool',
  )('an import library and a static one: the first on the line serves', ([linker, clang, ar, dlltool]) => {
    const files = { 'main.obj': 'T main; U f', 'a.lib': { 'a1.obj': 'D f' } };
    const here = join(folder, 'imports');
    writeCLink({ files, line: '' }, here, { clang, ar, target: 'x86_64-pc-windows-msvc' });
    writeFileSync(join(here, 'x.def'), 'LIBRARY x.dll\nEXPORTS\n  f\n');
    execFileSync(dlltool, ['-d', 'x.def', '-l', 'imp.lib', '-m', 'i386:x86-64'], { cwd: here });
    const extracted = (line: string) =>
      simulateCLink({ files, line }, here, 'lld-link').members.filter((name) => name.includes('('));
    const imported = askLldLink(linker, { files, line: 'main.obj imp.lib a.lib' }, here);
    expect(imported.text).toContain('Reading x.dll');
    expect(imported.extracted).toEqual([]);
    expect(extracted('main.obj imp.lib a.lib')).toEqual([expect.stringMatching(/^imp\.lib\(x\.dll/)]);
    const bound = askLldLink(linker, { files, line: 'main.obj a.lib imp.lib' }, here);
    expect(bound.text).not.toContain('Reading x.dll');
    expect(extracted('main.obj a.lib imp.lib')).toEqual(bound.extracted);
  });
});

test('no case is lost', () => expect(Object.keys(LINKS).length).toBeGreaterThan(25));
