import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { askMachoLd, type CLink } from '../../../test/builders/c-link.js';
import { askCLinks, expectTold } from '../../../test/oracles/ask-c-links.js';

/** Shared libraries of Mach-O and their text stubs on lines for LLD, which also makes them. `%` is the folder. */

const folder = mkdtempSync(join(tmpdir(), 'ardedup-macho-libraries-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const OBJECTS = { 'main.o': 'U a; U b', 'liby.a': { 'a.o': 'D a', 'b.o': 'D b', 'c.o': 'D c' } };

const V4 = (names: string, more = '', install = '/usr/lib/libs.dylib'): string =>
  `--- !tapi-tbd\ntbd-version: 4\ntargets: [ arm64-macos, x86_64-macos ]\ninstall-name: '${install}'\n` +
  `exports:\n  - targets: [ arm64-macos ]\n    symbols: [ ${names} ]\n${more}...\n`;
const V3 = `--- !tapi-tbd-v3
archs: [ arm64, x86_64 ]
platform: macosx
install-name: /usr/lib/libs.dylib
exports:
  - archs: [ arm64 ]
    symbols: [ _a ]
  - archs: [ x86_64 ]
    symbols: [ _b ]
...
`;
const V5 = JSON.stringify({
  tapi_tbd_version: 5,
  main_library: {
    target_info: [{ target: 'arm64-macos', min_deployment: '11' }],
    install_names: [{ name: '/usr/lib/libs.dylib' }],
    exported_symbols: [{ data: { global: ['_a'] }, text: { weak: ['_b'] } }],
  },
});
const TWO = `--- !tapi-tbd
tbd-version: 4
targets: [ arm64-macos ]
install-name: /usr/lib/libu.dylib
reexported-libraries:
  - targets: [ arm64-macos ]
    libraries: [ '/usr/lib/system/libin.dylib' ]
--- !tapi-tbd
tbd-version: 4
targets: [ arm64-macos ]
install-name: /usr/lib/system/libin.dylib
parent-umbrella:
  - targets: [ arm64-macos ]
    umbrella: u
exports:
  - targets: [ arm64-macos ]
    symbols: [ _a ]
--- !tapi-tbd
tbd-version: 4
targets: [ arm64-macos ]
install-name: /usr/lib/system/libout.dylib
exports:
  - targets: [ arm64-macos ]
    symbols: [ _b ]
...
`;

const LINKS: Record<string, CLink> = {
  'X28 library, then archive': {
    files: OBJECTS,
    libraries: { 'libs.dylib': { rows: 'D a' } },
    line: '-dylib %/main.o %/libs.dylib %/liby.a',
  },
  'archive, then library': {
    files: OBJECTS,
    libraries: { 'libs.dylib': { rows: 'D a' } },
    line: '-dylib %/main.o %/liby.a %/libs.dylib',
  },
  'library, archive, then the user': {
    files: OBJECTS,
    libraries: { 'libs.dylib': { rows: 'D a' } },
    line: '-dylib %/libs.dylib %/liby.a %/main.o',
  },
  'archive, library, then the user': {
    files: OBJECTS,
    libraries: { 'libs.dylib': { rows: 'D a' } },
    line: '-dylib %/liby.a %/libs.dylib %/main.o',
  },
  'X28 weak definition of a library, then archive': {
    files: OBJECTS,
    libraries: { 'libs.dylib': { rows: 'W a' } },
    line: '-dylib %/main.o %/libs.dylib %/liby.a',
  },
  'weak definition of a library, archive, then the user': {
    files: OBJECTS,
    libraries: { 'libs.dylib': { rows: 'W a' } },
    line: '-dylib %/libs.dylib %/liby.a %/main.o',
  },
  'weak definition of one library, strong one of another, then archive': {
    files: OBJECTS,
    libraries: { 'libs.dylib': { rows: 'W a' }, 'libt.dylib': { rows: 'D a' } },
    line: '-dylib %/main.o %/libs.dylib %/libt.dylib %/liby.a',
  },
  'archive between two libraries': {
    files: OBJECTS,
    libraries: { 'libs.dylib': { rows: 'W a' }, 'libt.dylib': { rows: 'D a' } },
    line: '-dylib %/libs.dylib %/liby.a %/libt.dylib %/main.o',
  },
  'weak reference, library, archive': {
    files: { ...OBJECTS, 'main.o': 'w a; w b' },
    libraries: { 'libs.dylib': { rows: 'D a' } },
    line: '-dylib %/main.o %/libs.dylib %/liby.a',
  },
  'what a library wants extracts nothing': {
    files: { ...OBJECTS, 'main.o': 'U a' },
    libraries: { 'libs.dylib': { rows: 'U c; D a' } },
    line: '-dylib %/main.o %/libs.dylib %/liby.a',
  },
  'common and library': {
    files: { ...OBJECTS, 'main.o': 'C a; U b' },
    libraries: { 'libs.dylib': { rows: 'D a; D b' } },
    line: '-dylib %/main.o %/libs.dylib %/liby.a',
  },
  'definition and library': {
    files: { ...OBJECTS, 'main.o': 'D a; U b' },
    libraries: { 'libs.dylib': { rows: 'D a' } },
    line: '-dylib %/libs.dylib %/main.o %/liby.a',
  },
  'hidden in the library': {
    files: OBJECTS,
    libraries: { 'libs.dylib': { rows: 'D a; D b', options: '-unexported_symbol _a' } },
    line: '-dylib %/main.o %/libs.dylib %/liby.a',
  },
  'older library without a trie of exports, with a command of its own': {
    files: OBJECTS,
    libraries: { 'libs.dylib': { rows: 'D a', options: '-no_fixup_chains' } },
    line: '-dylib %/main.o %/libs.dylib %/liby.a',
  },
  'a library before an archive of the same folder': {
    files: { ...OBJECTS, 'one/libs.a': { 'b.o': 'D b' } },
    libraries: { 'one/libs.dylib': { rows: 'D a' } },
    line: '-dylib %/main.o -L%/one -ls %/liby.a',
  },
  'a stub before a library of the same folder': {
    files: OBJECTS,
    texts: { 'one/libs.tbd': V4('_a') },
    libraries: { 'one/libs.dylib': { rows: 'D b' } },
    line: '-dylib %/main.o -L%/one -ls %/liby.a',
  },
  'an archive of an earlier folder': {
    files: { ...OBJECTS, 'one/libs.a': { 'b.o': 'D b' } },
    libraries: { 'two/libs.dylib': { rows: 'D a' } },
    line: '-dylib %/main.o -L%/one -L%/two -ls %/liby.a',
  },
  'libraries first': {
    files: { ...OBJECTS, 'one/libs.a': { 'b.o': 'D b' } },
    libraries: { 'two/libs.dylib': { rows: 'D a' } },
    line: '-dylib %/main.o -search_dylibs_first -L%/one -L%/two -ls %/liby.a',
  },
  'paths first after all': {
    files: { ...OBJECTS, 'one/libs.a': { 'b.o': 'D b' } },
    libraries: { 'two/libs.dylib': { rows: 'D a' } },
    line: '-dylib %/main.o -search_dylibs_first -search_paths_first -L%/one -L%/two -ls %/liby.a',
  },
  'a framework': {
    files: OBJECTS,
    libraries: { 'Foo.framework/Foo': { rows: 'D a' } },
    line: '-dylib %/main.o -F% -framework Foo %/liby.a',
  },
  'a framework with a stub': {
    files: OBJECTS,
    texts: { 'Foo.framework/Foo.tbd': V4('_b') },
    libraries: { 'Foo.framework/Foo': { rows: 'D a' } },
    line: '-dylib %/main.o -F% -framework Foo %/liby.a',
  },
  'a stub': { files: OBJECTS, texts: { 'libs.tbd': V4('_a') }, line: '-dylib %/main.o %/libs.tbd %/liby.a' },
  'a stub, before the user': {
    files: OBJECTS,
    texts: { 'libs.tbd': V4("'_a', _z,\n      _y") },
    line: '-dylib %/libs.tbd %/main.o %/liby.a',
  },
  'a stub of version 3, for one architecture more': {
    files: OBJECTS,
    texts: { 'libs.tbd': V3 },
    line: '-dylib %/main.o %/libs.tbd %/liby.a',
  },
  'a stub with symbols of another target': {
    files: OBJECTS,
    texts: { 'libs.tbd': V4('_a', '  - targets: [ x86_64-macos ]\n    symbols: [ _b ]\n') },
    line: '-dylib %/main.o %/libs.tbd %/liby.a',
  },
  'a stub that hides a name from this system': {
    files: OBJECTS,
    texts: { 'libs.tbd': V4("_a, _b, '$ld$hide$os11.0$_a', '$ld$hide$os10.9$_b'") },
    line: '-dylib -platform_version macos 11.0 12.0 %/main.o %/libs.tbd %/liby.a',
  },
  'a stub with names of Objective-C': {
    files: {
      'main.o': 'U a',
      'libo.a': {
        'k.o':
          '.data\n.globl _OBJC_CLASS_$_K, _a\n.p2align 3\n_OBJC_CLASS_$_K:\n_a:\n.quad _OBJC_CLASS_$_L\n',
        'l.o': '.data\n.globl _OBJC_CLASS_$_L\n.p2align 3\n_OBJC_CLASS_$_L:\n.quad _OBJC_METACLASS_$_M\n',
        'm.o':
          '.data\n.globl _OBJC_METACLASS_$_M\n.p2align 3\n_OBJC_METACLASS_$_M:\n.quad _OBJC_IVAR_$_M.i\n.quad _OBJC_EHTYPE_$_M\n.quad _OBJC_EHTYPE_$_N\n',
        'i.o': '.data\n.globl _OBJC_IVAR_$_M.i\n.p2align 3\n_OBJC_IVAR_$_M.i:\n.quad 0\n',
        'e.o': '.data\n.globl _OBJC_EHTYPE_$_M\n.p2align 3\n_OBJC_EHTYPE_$_M:\n.quad 0\n',
        'n.o': '.data\n.globl _OBJC_EHTYPE_$_N\n.p2align 3\n_OBJC_EHTYPE_$_N:\n.quad 0\n',
      },
    },
    texts: {
      'libs.tbd': V4(
        '_z',
        '    objc-classes: [ L2, N, M ]\n    objc-eh-types: [ M ]\n    objc-ivars: [ M.j ]\n',
      ),
    },
    line: '-dylib %/main.o %/libs.tbd %/libo.a',
  },
  'a stub that offers names of another library in its file': {
    files: OBJECTS,
    texts: { 'libu.tbd': TWO },
    line: '-dylib %/main.o %/libu.tbd %/liby.a',
  },
  'a library that offers names of another file': {
    files: OBJECTS,
    libraries: {
      'in/libi.dylib': { rows: 'D a' },
      'libu.dylib': { rows: 'D z', options: '-reexport_library %/in/libi.dylib' },
    },
    line: '-dylib %/main.o %/libu.dylib -L%/in %/liby.a',
  },
  'a stub that offers names of another file, in the system root': {
    files: OBJECTS,
    texts: {
      'libu.tbd': V4(
        '_z',
        "reexported-libraries:\n  - targets: [ arm64-macos ]\n    libraries: [ '/usr/lib/libs.dylib' ]\n",
        '/usr/lib/libu.dylib',
      ),
      'root/usr/lib/libs.tbd': V4('_a'),
    },
    line: '-dylib %/main.o %/libu.tbd -syslibroot %/root %/liby.a',
  },
  'a library that an object asks for': {
    files: {
      ...OBJECTS,
      'main.o': '.linker_option "-ls"\n.data\n.p2align 3\n.quad _a\n.quad _b\n.subsections_via_symbols\n',
    },
    libraries: { 'libs.dylib': { rows: 'D a' } },
    line: '-dylib -L% %/main.o %/liby.a',
  },
};

/** LLD 14 takes weak definitions of stubs for strong ones. */
const FROM_16: Record<string, CLink> = {
  'a stub with weak definitions': {
    files: OBJECTS,
    texts: { 'libs.tbd': V4('_a', '    weak-symbols: [ _b ]\n') },
    line: '-dylib %/main.o %/libs.tbd %/liby.a',
  },
};

/** LLD up to 16 does not know stubs of this version. */
const FROM_19: Record<string, CLink> = {
  'a stub of version 5': {
    files: OBJECTS,
    texts: { 'libs.tbd': V5 },
    line: '-dylib %/main.o %/libs.tbd %/liby.a',
  },
};

const linksOf = (id: string): [string, CLink][] => [
  ...Object.entries(LINKS),
  ...(/14$/.test(id) ? [] : Object.entries(FROM_16)),
  ...(/1[46]$/.test(id) ? [] : Object.entries(FROM_19)),
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
  maker: 'ld64.lld-19|ld64.lld',
  ask: askMachoLd,
  compare: expectTold,
});
