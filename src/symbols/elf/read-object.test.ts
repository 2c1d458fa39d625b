import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { needsTool } from '../../../test/oracles/tools.js';
import { ByteSource } from '../../bytes/byte-source.js';
import { describeObject } from '../describe-object.js';

const folder = mkdtempSync(join(tmpdir(), 'ardedup-elf-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const fixture = (name: string): Uint8Array =>
  Uint8Array.from(
    readFileSync(fileURLToPath(new URL(`../../../fixtures/objects/elf/${name}`, import.meta.url))),
  );
const describeBytes = (bytes: Uint8Array): string => describeObject(ByteSource.of('object.o', bytes));

/** Gives each symbol whose section index is SHN_COMMON another one: assemblers have no directive for these. */
function withCommonsIn(bytes: Uint8Array, index: number, indexOffset: number, entrySize: number): Uint8Array {
  const changed = Uint8Array.from(bytes);
  const littleEndian = bytes[5] === 1;
  const data = new DataView(changed.buffer);
  const is64 = bytes[4] === 2;
  const headers = is64 ? Number(data.getBigUint64(40, littleEndian)) : data.getUint32(32, littleEndian);
  const count = data.getUint16(is64 ? 60 : 48, littleEndian);
  for (let section = 0; section < count; section++) {
    const at = headers + section * (is64 ? 64 : 40);
    if (data.getUint32(at + 4, littleEndian) !== 2) continue;
    const offset = is64
      ? Number(data.getBigUint64(at + 24, littleEndian))
      : data.getUint32(at + 16, littleEndian);
    const size = is64
      ? Number(data.getBigUint64(at + 32, littleEndian))
      : data.getUint32(at + 20, littleEndian);
    for (let symbol = offset; symbol < offset + size; symbol += entrySize) {
      if (data.getUint16(symbol + indexOffset, littleEndian) !== 0xfff2) continue;
      data.setUint16(symbol + indexOffset, index, littleEndian);
    }
  }
  return changed;
}

describe('section indexes that a processor defines', () => {
  const mips = (index: number) => describeBytes(withCommonsIn(fixture('everything-mips.o'), index, 14, 16));
  const x86 = (index: number) => describeBytes(withCommonsIn(fixture('everything-x86_64.o'), index, 6, 24));

  test('MIPS: small common and small undefined', () => {
    expect(mips(0xff03)).toContain('\ncommon data tentative size=24 align=2^4\n');
    expect(mips(0xff04)).toContain('\nreference data tentative\n');
    expect(mips(0xff00)).toContain('\ndefinition data tentative size=24\n');
  });

  test('x86-64: large common', () => {
    expect(x86(0xff02)).toContain('\ncommon data tentative size=24 align=2^4\n');
  });

  test('one that means nothing to us makes the object unreadable', () => {
    expect(x86(0xff07)).toBe('unreadable: a symbol with section index 0xff07, unknown for ELF machine 62\n');
  });
});

describe('files that are no plain objects', () => {
  needsTool('gcc')('slim LTO objects are unreadable, fat ones are read', ([gcc]) => {
    const source = join(folder, 'lto.c');
    writeFileSync(source, 'int counter; int f(void) { return ++counter; }');
    const compile = (...flags: string[]): string => {
      execFileSync(gcc, ['-c', '-flto', ...flags, source, '-o', join(folder, 'lto.o')]);
      return describeBytes(readFileSync(join(folder, 'lto.o')));
    };
    expect(compile('-fno-fat-lto-objects')).toContain('__gnu_lto_slim');
    expect(compile('-ffat-lto-objects')).toMatch(/definition writable data counter .*\n.*function f /);
  });

  test('a shared library, an executable', () => {
    const bytes = fixture('everything-x86_64.o');
    bytes[16] = 3;
    expect(describeBytes(bytes)).toBe('unreadable: a shared library, not an object\n');
    bytes[16] = 2;
    expect(describeBytes(bytes)).toBe('unreadable: an executable, not an object\n');
  });
});

needsTool('clang-14|clang-15|clang-16|clang')('embedded bitcode is found, a marker is not', ([clang]) => {
  const source = join(folder, 'embedded.c');
  writeFileSync(source, 'int f(void) { return 1; }');
  const compile = (flag: string): string => {
    execFileSync(clang, ['-c', flag, source, '-o', join(folder, 'embedded.o')]);
    return describeBytes(readFileSync(join(folder, 'embedded.o')));
  };
  expect(compile('-fembed-bitcode')).toMatch(/\nbitcode at \d+, \d{3,} bytes\n/);
  expect(compile('-fembed-bitcode-marker')).not.toContain('bitcode');
});
