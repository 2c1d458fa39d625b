import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { countingSink } from '../../../test/fuzz/target.js';
import { needsTool } from '../../../test/oracles/tools.js';
import { ByteSource } from '../../bytes/byte-source.js';
import { MalformedError } from '../../bytes/malformed-error.js';
import { isReference, isTls, isWeak } from '../flags.js';
import type { LibraryTarget, SharedLibraryInfo } from '../object-format.js';
import { readSharedLibrary } from '../shared-libraries.js';
import { SymbolTableBuilder } from '../table.js';

const folder = fileURLToPath(new URL('../../../fixtures/objects/macho-shared/', import.meta.url));
const libraries = readdirSync(folder).filter((file) => /\.(dylib|tbd)$/.test(file));
const bytesOf = (file: string) => readFileSync(join(folder, file));

const ARM64: LibraryTarget = {
  architecture: 'arm64',
  systemVersion: null,
  machine: 'arm64',
  bits: 64,
  littleEndian: true,
};

/** Properties of a library, and a row for each symbol; null if it is not a library. */
function read(
  bytes: Uint8Array,
  target: Partial<LibraryTarget> = {},
): { info: SharedLibraryInfo; rows: string[] } | null {
  const builder = new SymbolTableBuilder();
  builder.beginMember();
  const content = readSharedLibrary(ByteSource.of('library', bytes), builder, () => ({
    ...ARM64,
    ...target,
  }));
  if (content?.kind !== 'shared-library') return null;
  const { length, flags, name, names } = builder.finish();
  const rows = Array.from({ length }, (_, symbol) =>
    [
      isReference(flags[symbol]) ? 'wants' : 'has',
      ...(isWeak(flags[symbol]) ? ['weak'] : []),
      ...(isTls(flags[symbol]) ? ['tls'] : []),
      names.text(name[symbol]),
    ].join(' '),
  );
  return { info: content.info, rows };
}

const LIBRARY = ['has _datum', 'has _f', 'has _fixed', 'has tls _perthread', 'has weak _weakly'];
const WANTED = ['wants _wanted', 'wants weak _wished'];

test('a library has what its trie of exports lists, and wants what any image may define', () => {
  const { info, rows } = read(bytesOf('library-x86_64.dylib')) ?? {};
  expect(info).toEqual({
    format: 'macho',
    machine: 'x86-64',
    bits: 64,
    littleEndian: true,
    reexported: ['/usr/lib/libreexported.dylib'],
    problem: null,
  });
  expect(rows?.sort()).toEqual([...LIBRARY, ...WANTED]);
});

/**
 * The same library with another number for the command that says where its trie is: one from before there were tries.
 */
function withoutTrie(): Buffer {
  const bytes = Buffer.from(bytesOf('library-x86_64.dylib'));
  for (let at = 32, left = bytes.readUInt32LE(16); left > 0; left--) {
    if ([0x80000022, 0x80000033].includes(bytes.readUInt32LE(at))) bytes.writeUInt32LE(0x2a, at);
    at += bytes.readUInt32LE(at + 4);
  }
  return bytes;
}

test('without a trie the symbol table tells the same, but for what is thread-local', () => {
  const plain = [...LIBRARY, ...WANTED].map((row) => row.replace('tls ', '')).sort();
  expect(read(withoutTrie())?.rows.sort()).toEqual(plain);
});

test('a stub of a library without its code is one, too', () => {
  const bytes = Buffer.from(bytesOf('library-x86_64.dylib'));
  bytes.writeUInt32LE(9, 12);
  expect(read(bytes)?.rows.sort()).toEqual([...LIBRARY, ...WANTED]);
});

test('a program or bundle is not a library', () => {
  const bytes = Buffer.from(bytesOf('library-x86_64.dylib'));
  for (const type of [2, 8]) {
    bytes.writeUInt32LE(type, 12);
    expect(read(bytes)).toBeNull();
  }
});

test('libraries within a file serve names of the first one, those outside are named', () => {
  const { info, rows } = read(bytesOf('v4.tbd')) ?? {};
  expect(rows).toContain('has _inner2');
  expect(info?.reexported).toEqual(['/usr/lib/libouter.dylib']);
  expect(read(bytesOf('v5.tbd'))?.rows).toContain('has _inner1');
  expect(read(bytesOf('v1.tbd'))?.info.reexported).toEqual(['/usr/lib/libother.dylib']);
});

test('names are hidden from a system, or added for it', () => {
  const rows = (systemVersion: string | null) => read(bytesOf('v4.tbd'), { systemVersion })?.rows ?? [];
  expect(rows(null)).toContain('has _sym1');
  expect(rows('11.0')).not.toContain('has _sym1');
  expect(rows('10.4')).toEqual(expect.arrayContaining(['has _sym1', 'has _added']));
  expect(rows('12.0')).not.toContain('has _added');
});

test('a stub for other architectures has nothing, and says so', () => {
  const { info, rows } = read(bytesOf('v3.tbd'), { architecture: 'ppc', machine: 'ppc' }) ?? {};
  expect(rows).toEqual([]);
  expect(info).toMatchObject({ machine: 'ppc', problem: 'is for x86_64, arm64, not ppc' });
});

test.each([
  ['--- !tapi-tbd\ntbd-version: 6\ninstall-name: x\n...\n', "'!tapi-tbd' is of no version that is known"],
  ['--- !tapi-tbd-v3\narchs: [ arm64\n...\n', 'list without an end'],
  ['--- !tapi-tbd-v3\narchs: &a [ arm64 ]\n...\n', 'text of a kind that is not read'],
  ['--- !tapi-tbd-v3\narchs: [ arm64 ]\narchs: [ arm64 ]\n', "key 'archs' is duplicated"],
  [`--- !tapi-tbd-v3\nx: ${'['.repeat(100)}`, 'nested more than 32 deep'],
  ['{ "tapi_tbd_version": 6 }', 'version 6 is not known'],
  ['{ "tapi_tbd_version": ', 'neither YAML nor JSON'],
])('%j is refused', (text, problem) => {
  expect(() => read(Buffer.from(text))).toThrow(MalformedError);
  expect(() => read(Buffer.from(text))).toThrow(problem);
});

describe('a damaged library is read or refused, quickly', () => {
  const tryToRead = (bytes: Uint8Array) => {
    try {
      readSharedLibrary(ByteSource.of('damaged', bytes), countingSink(bytes.length), () => ARM64);
    } catch (error) {
      if (!(error instanceof MalformedError)) throw error;
    }
  };
  test.each(libraries)('%s cut at every position, and with every byte changed', (file) => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    for (const sound of file.endsWith('.dylib') ? [bytesOf(file), withoutTrie()] : [bytesOf(file)]) {
      for (let length = 0; length < sound.length; length++) tryToRead(sound.subarray(0, length));
      const damaged = Uint8Array.from(sound);
      for (let at = 0; at < damaged.length; at++) {
        for (const change of [0xff, 0x01]) {
          damaged[at] = sound[at] ^ change;
          tryToRead(damaged);
        }
        damaged[at] = sound[at];
      }
    }
    Error.stackTraceLimit = limit;
  });
});

test('a stub with 100,000 symbols in one line takes time by its length', () => {
  const symbols = Array.from({ length: 100_000 }, (_, at) => `_symbol_of_some_length_${at}`).join(', ');
  const text = `--- !tapi-tbd-v3\narchs: [ arm64 ]\nplatform: macosx\ninstall-name: /x\nexports:\n  - archs: [ arm64 ]\n    symbols: [ ${symbols} ]\n...\n`;
  const started = process.cpuUsage();
  expect(read(Buffer.from(text))?.rows).toHaveLength(100_000);
  expect(process.cpuUsage(started).user).toBeLessThan(5_000_000);
});

needsTool('llvm-nm-19|llvm-nm')('stubs have what llvm-nm lists', ([nm]) => {
  for (const file of libraries.filter((name) => /^v\d\.tbd$/.test(name)))
    for (const [architecture, machine] of [
      ['arm64', 'arm64'],
      ['x86_64', 'x86-64'],
    ]) {
      const listed = execFileSync(nm, [`--arch=${architecture}`, join(folder, file)], { encoding: 'utf8' });
      const expected = [...listed.matchAll(/^[0-9a-f ]{16} (\w) (.+)$/gm)].flatMap(([, letter, name]) => {
        if (name.startsWith('$ld$')) return [];
        if (letter === 'U' || letter === 'w') return [`wants ${letter === 'w' ? 'weak ' : ''}${name}`];
        return [`has ${letter === 'W' ? 'weak ' : ''}${name}`];
      });
      const rows = read(bytesOf(file), { architecture, machine })?.rows ?? [];
      const own = rows.filter((row) => !row.includes('_inner')).map((row) => row.replace('tls ', ''));
      expect(new Set(own), `${file} for ${architecture}`).toEqual(new Set(expected));
    }
});
