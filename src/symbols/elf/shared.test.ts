import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { countingSink } from '../../../test/fuzz/target.js';
import { needsTool } from '../../../test/oracles/tools.js';
import { ByteSource } from '../../bytes/byte-source.js';
import { MalformedError } from '../../bytes/malformed-error.js';
import { isReference, isWeak, kindName } from '../flags.js';
import { readSharedLibrary } from '../shared-libraries.js';
import { SymbolTableBuilder } from '../table.js';

const folder = fileURLToPath(new URL('../../../fixtures/objects/elf-shared/', import.meta.url));
const libraries = readdirSync(folder).filter((file) => file.endsWith('.so'));

/** A row for each symbol, and before them whose links the library can be part of; null for no library. */
function rowsOf(label: string, bytes: Uint8Array): string[] | null {
  const builder = new SymbolTableBuilder();
  builder.beginMember();
  const content = readSharedLibrary(ByteSource.of(label, bytes), builder);
  if (content?.kind !== 'shared-library') return null;
  const { format, machine, bits, littleEndian } = content.info;
  const { length, flags, name, names } = builder.finish();
  const rows = Array.from({ length }, (_, symbol) =>
    [
      isReference(flags[symbol]) ? 'wants' : 'has',
      ...(isWeak(flags[symbol]) ? ['weak'] : []),
      ...(isReference(flags[symbol]) ? [] : [kindName(flags[symbol])]),
      names.text(name[symbol]),
    ].join(' '),
  );
  return [`${format} ${machine} ${bits} ${littleEndian ? 'little' : 'big'}`, ...rows];
}

const EXPECTED = [
  'wants wanted',
  'wants weak wished',
  'has function f_old',
  'has function f_new',
  'has weak function weakly',
  'has weak function weakly@V2',
  'has data datum',
  'has data datum@V2',
  'has tls perthread',
  'has tls perthread@V2',
  'has function f@V1',
  'has function f',
  'has function f@V2',
];

test.each([
  ['versions-i386.so', 'elf i386 32 little'],
  ['versions-powerpc.so', 'elf ppc 32 big'],
])('%s: default versions serve plain names too, others do not', (file, target) =>
  expect(rowsOf(file, readFileSync(join(folder, file)))).toEqual([target, ...EXPECTED]),
);

test('an object is not a shared library', () => {
  const object = fileURLToPath(new URL('../../../fixtures/objects/elf/state.o', import.meta.url));
  expect(rowsOf('state.o', readFileSync(object))).toBeNull();
});

describe('a damaged library is read or refused, quickly', () => {
  const read = (bytes: Uint8Array) => {
    try {
      readSharedLibrary(ByteSource.of('damaged.so', bytes), countingSink(bytes.length));
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
    }
  };
  test.each(libraries)('%s cut at every position, and with every byte changed', (file) => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    const sound = readFileSync(join(folder, file));
    for (let length = 0; length < sound.length; length++) read(sound.subarray(0, length));
    const damaged = Uint8Array.from(sound);
    for (let at = 0; at < damaged.length; at++) {
      for (const change of [0xff, 0x01]) {
        damaged[at] = sound[at] ^ change;
        read(damaged);
      }
      damaged[at] = sound[at];
    }
    Error.stackTraceLimit = limit;
  });
});

/** Libraries of Debian and its like on x86-64, of which a machine with a C compiler has some. */
const SYSTEM = ['libc.so.6', 'libm.so.6', 'libgcc_s.so.1', 'libstdc++.so.6', 'ld-linux-x86-64.so.2']
  .map((file) => `/lib/x86_64-linux-gnu/${file}`)
  .filter((path) => existsSync(path));

needsTool('readelf')('libraries of the system have what readelf lists', ([readelf]) => {
  for (const path of SYSTEM) {
    const listed = execFileSync(readelf, ['-W', '--dyn-syms', path], {
      encoding: 'latin1',
      maxBuffer: 1 << 28,
    });
    const expected = listed.split('\n').flatMap((row) => {
      const [, type, binding, visibility, section, text] =
        /^ *\d+: [0-9a-f]+ +\S+ (\S+) +(GLOBAL|WEAK|UNIQUE) +(\S+) +(?:\[[^\]]*\] +)?(\S+) (\S+)/.exec(row) ??
        [];
      if (type === undefined || visibility === 'HIDDEN' || visibility === 'INTERNAL') return [];
      const weak = binding === 'WEAK' ? ['weak'] : [];
      const [plain, version] = text.split(/@+/);
      if (section === 'UND')
        return [['wants', ...weak, version === undefined ? plain : `${plain}@${version}`].join(' ')];
      const kind = type === 'FUNC' || type === 'IFUNC' ? 'function' : type === 'TLS' ? 'tls' : 'data';
      const has = (name: string) => ['has', ...weak, kind, name].join(' ');
      if (version === undefined) return [has(plain)];
      return text.includes('@@') ? [has(plain), has(`${plain}@${version}`)] : [has(`${plain}@${version}`)];
    });
    const found = rowsOf(path, readFileSync(path))?.slice(1);
    // The symbol that a version is has that version, which readelf does not print.
    expect(found?.filter((row) => !/ (\S+)@\1$/.test(row))).toEqual(expected);
  }
});

const VERSIONS = 'V1 { global: f; local: *; };\n';

needsTool('gcc', 'objdump')(
  'references have their versions; a damaged table of them is an error',
  ([gcc, objdump]) => {
    const at = mkdtempSync(join(tmpdir(), 'ardedup-versions-'));
    try {
      const path = (name: string) => join(at, name);
      writeFileSync(path('versions'), VERSIONS);
      writeFileSync(path('f.c'), 'int f(void) { return 1; }');
      writeFileSync(path('use.c'), 'int f(void); int use(void) { return f(); }');
      const shared = (output: string, ...args: string[]) =>
        execFileSync(gcc, ['-shared', '-fPIC', '-nostdlib', '-o', path(output), ...args]);
      shared('libf.so', `-Wl,--version-script=${path('versions')}`, path('f.c'));
      shared('libuse.so', path('use.c'), path('libf.so'));
      const bytes = readFileSync(path('libuse.so'));
      expect(rowsOf('libuse.so', bytes)).toContain('wants f@V1');
      const headers = execFileSync(objdump, ['-h', path('libuse.so')]).toString();
      const [, size, offset] = /\.gnu\.version_r\s+(\w+)\s+\w+\s+\w+\s+(\w+)/.exec(headers) ?? [];
      const start = Number.parseInt(offset, 16);
      let errors = 0;
      for (let place = start; place < start + Number.parseInt(size, 16); place++) {
        const damaged = Uint8Array.from(bytes);
        damaged[place] = 0xff;
        try {
          rowsOf('libuse.so', damaged);
        } catch (error) {
          if (!(error instanceof MalformedError)) throw error;
          errors++;
        }
      }
      expect(errors).toBeGreaterThan(8);
    } finally {
      rmSync(at, { recursive: true, force: true });
    }
  },
);
