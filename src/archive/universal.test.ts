import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { samples } from '../../test/builders/archive-samples.js';
import { concat, numbers, text } from '../../test/builders/build-archive.js';
import { materialise } from '../../test/builders/materialise.js';
import { needsTool } from '../../test/oracles/tools.js';
import { ByteSource } from '../bytes/byte-source.js';
import { MalformedError } from '../bytes/malformed-error.js';
import { architectureName, cpuOf } from './architecture.js';
import { storedEntries } from './index-entries.js';
import { readArchive } from './read-archive.js';
import { isUniversal, layOutUniversal, readUniversal, slices } from './universal.js';
import { layOutArchive } from './write-archive.js';

const X86_64 = 0x01000007;
const ARM64 = 0x0100000c;
const first = samples.darwin.bytes;
const second = samples['darwin, Apple, sorted'].bytes;

/** Two archives, the first at 64, the second at the next multiple of 4096. */
function universal(is64: boolean): Uint8Array {
  const entry = (cpu: number, offset: number, size: number, align: number) =>
    is64
      ? concat(numbers(4, false, cpu, 3), numbers(8, false, offset, size), numbers(4, false, align, 0))
      : numbers(4, false, cpu, 3, offset, size, align);
  const head = concat(numbers(4, false, is64 ? 0xcafebabf : 0xcafebabe, 2));
  const start = is64 ? 128 : 64;
  const table = concat(head, entry(X86_64, start, first.length, 6), entry(ARM64, 4096, second.length, 12));
  const bytes = new Uint8Array(4096 + second.length);
  bytes.set(table);
  bytes.set(first, start);
  bytes.set(second, 4096);
  return bytes;
}

const source = (bytes: Uint8Array) => ByteSource.of('fat.a', bytes);

describe.each([false, true])('with 64-bit offsets: %s', (is64) => {
  const bytes = universal(is64);

  test('slices are read', () => {
    expect(isUniversal(bytes)).toBe(true);
    expect(slices(source(bytes))).toEqual([
      { cpuType: X86_64, cpuSubtype: 3, offset: is64 ? 128 : 64, size: first.length, align: 6 },
      { cpuType: ARM64, cpuSubtype: 3, offset: 4096, size: second.length, align: 12 },
    ]);
  });

  test('unchanged slices give the same file', () => {
    const file = readUniversal(source(bytes));
    const same = file.slices.map(({ size }) => [{ kind: 'copy', offset: 0, length: size } as const]);
    expect(materialise(layOutUniversal(file, same), source(bytes))).toEqual(bytes);
  });

  test('a smaller slice moves what follows, and alignment stays', () => {
    const file = readUniversal(source(bytes));
    const contents = file.slices.map(({ offset, size }) => {
      const archive = readArchive(source(bytes).slice(offset, size, 'slice'));
      return layOutArchive(archive, [0, 2], storedEntries(archive));
    });
    const written = source(materialise(layOutUniversal(file, contents), source(bytes)));
    const placed = slices(written);
    expect(placed.map(({ offset, align }) => offset % 2 ** align)).toEqual([0, 0]);
    for (const { offset, size } of placed) {
      const archive = readArchive(written.slice(offset, size, 'slice'));
      expect(archive.members.map(({ name }) => name)).toEqual(['one.o', 'a_rather_long_member_name.o']);
    }
    expect(written.size).toBe(4096 + placed[1].size);
  });

  test('cut anywhere it is malformed', () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(() => slices(source(bytes.subarray(0, length)))).toThrow(MalformedError);
    }
  });

  test('with any byte of the table changed it is malformed, or another file', () => {
    for (let at = 0; at < 72; at++) {
      for (const value of [0x00, 0x01, 0x7f, 0xff]) {
        const changed = bytes.slice();
        changed[at] = value;
        try {
          slices(source(changed));
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedError);
        }
      }
    }
  });
});

test('a Java class file is not a universal file', () => {
  const java = concat(numbers(4, false, 0xcafebabe, 52), new Uint8Array(2000));
  expect(isUniversal(java)).toBe(false);
  expect(() => slices(source(java))).toThrow('not a universal file');
  expect(isUniversal(text('!<arch>\n'))).toBe(false);
});

test('slices that do not fit in 32 bits get a table of 64', () => {
  const file = readUniversal(source(universal(false)));
  const giant = [{ kind: 'copy', offset: 0, length: 3_000_000_000 } as const];
  const wide = layOutUniversal(file, [giant, giant]);
  expect(wide).toEqual(layOutUniversal({ ...file, is64: true }, [giant, giant]));
  const [table] = wide;
  expect(table.kind === 'bytes' && [...table.bytes.subarray(0, 8)]).toEqual([
    0xca, 0xfe, 0xba, 0xbf, 0, 0, 0, 2,
  ]);
});

test('a file without slices, or with two of one architecture, is malformed', () => {
  const none = concat(numbers(4, false, 0xcafebabe, 0), new Uint8Array(60));
  expect(() => slices(source(none))).toThrow('fat.a+0x0: a universal file without slices');
  const twice = universal(false);
  // The second entry's CPU becomes the first one's, with a capability bit set.
  twice.set(numbers(4, false, X86_64, 0x8000_0003), 28);
  expect(() => slices(source(twice))).toThrow('fat.a+0x1c: slice table: a second slice for x86_64');
});

test.each([
  [0x0100000c, 0, 'arm64'],
  [0x0100000c, 0x80000002, 'arm64e'],
  [0x01000007, 0x80000003, 'x86_64'],
  [0x01000007, 8, 'x86_64h'],
  [7, 3, 'i386'],
  [12, 9, 'armv7'],
  [12, 11, 'armv7s'],
  [12, 12, 'armv7k'],
  [0x0200000c, 1, 'arm64_32'],
  [18, 0, 'ppc'],
  [0x01000012, 0, 'ppc64'],
  [0x01000007, 77, 'cpu 0x1000007/0x4d'],
  [0xffffffff, 1, 'cpu 0xffffffff/0x1'],
])('CPU 0x%x, 0x%x is %s', (type, subtype, name) => {
  expect(architectureName(type, subtype)).toBe(name);
  if (!name.startsWith('cpu')) expect(cpuOf(name)).toEqual({ type, subtype: subtype & 0xffffff });
});

needsTool('llvm-lipo', 'llvm-ar')('llvm-lipo agrees', ([lipo, ar]) => {
  const folder = mkdtempSync(join(tmpdir(), 'ardedup-'));
  try {
    const object = new URL('../../fixtures/archives/objects/macho/', import.meta.url).pathname;
    const at = (name: string) => join(folder, name);
    execFileSync(ar, [
      'rc',
      '--format=darwin',
      at('thin.a'),
      join(object, 'alpha.o'),
      join(object, 'beta.o'),
    ]);
    execFileSync(lipo, ['-create', at('thin.a'), '-output', at('fat.a')]);
    const fat = source(readFileSync(at('fat.a')));
    const file = readUniversal(fat);
    expect(file.slices).toHaveLength(1);
    const archive = readArchive(fat.slice(file.slices[0].offset, file.slices[0].size, 'slice'));
    const pieces = layOutUniversal(file, [layOutArchive(archive, [1], storedEntries(archive))]);
    writeFileSync(at('trimmed.a'), materialise(pieces, fat));
    expect(execFileSync(lipo, ['-archs', at('trimmed.a')], { encoding: 'utf8' }).trim()).toBe('x86_64');
    execFileSync(lipo, ['-thin', 'x86_64', at('trimmed.a'), '-output', at('back.a')]);
    expect(execFileSync(ar, ['t', at('back.a')], { encoding: 'utf8' })).toBe('beta.o\n');
  } finally {
    rmSync(folder, { recursive: true });
  }
});
