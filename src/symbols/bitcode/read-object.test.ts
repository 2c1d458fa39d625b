import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { ByteSource } from '../../bytes/byte-source.js';
import { describeObject } from '../describe-object.js';

const fixture = (name: string): Buffer =>
  readFileSync(fileURLToPath(new URL(`../../../fixtures/objects/bitcode/${name}`, import.meta.url)));
const describeBytes = (bytes: Uint8Array): string => describeObject(ByteSource.of('object.o', bytes));

/** Offset of the symbol table: its version, 2 or 3, and 12 bytes on where the modules start, at 76. */
function symbolTableOffset(bytes: Buffer): number {
  for (let at = 0; at + 76 < bytes.length; at += 4)
    if ([2, 3].includes(bytes.readUInt32LE(at)) && bytes.readUInt32LE(at + 12) === 76) return at;
  throw new Error('no symbol table');
}

const rowsOf = (described: string): string[] =>
  described.split('\n').filter((line) => /^(definition|reference|local) /.test(line));

/** Rows without `function`: only the symbol table says whether an alias is a function. */
const sorted = (described: string): string[] =>
  rowsOf(described)
    .map((row) => row.replace(' function ', ' '))
    .sort();

describe('without the symbol table the module itself will do', () => {
  // It has neither commons nor assembly.
  const bytes = fixture('llvm14-wrapped.o');
  const whole = describeBytes(bytes);

  test('of a version that is not known', () => {
    const changed = Buffer.from(bytes);
    changed.writeUInt32LE(99, symbolTableOffset(bytes));
    expect(describeBytes(changed)).not.toContain('unreadable');
    expect(sorted(describeBytes(changed))).toEqual(sorted(whole));
  });

  test('whose ranges do not fit together', () => {
    const changed = Buffer.from(bytes);
    const at = symbolTableOffset(bytes) + 32;
    changed.writeUInt32LE(bytes.readUInt32LE(at) - 1, at);
    expect(sorted(describeBytes(changed))).toEqual(sorted(whole));
  });

  test('that does not agree with the module', () => {
    const changed = Buffer.from(bytes);
    const table = symbolTableOffset(bytes);
    const flags = table + bytes.readUInt32LE(table + 28) + 20;
    // As if the flags of this version were others: weak for what is strong.
    changed.writeUInt32LE(bytes.readUInt32LE(flags) ^ (1 << 4), flags);
    expect(sorted(describeBytes(changed))).toEqual(sorted(whole));
  });

  test('a version 4 that agrees in all is taken', () => {
    const changed = fixture('llvm19-assembly.o');
    changed.writeUInt32LE(4, symbolTableOffset(changed));
    expect(describeBytes(changed)).toBe(describeBytes(fixture('llvm19-assembly.o')));
  });
});

describe('what the module cannot tell is not guessed', () => {
  const withoutTable = (name: string): string => {
    const bytes = fixture(name);
    bytes.writeUInt32LE(99, symbolTableOffset(bytes));
    return describeBytes(bytes);
  };

  test('symbols of assembly', () => {
    expect(withoutTable('llvm19-assembly.o')).toBe(
      'unreadable: bitcode of LLVM19.1.7 with a symbol table of unknown layout, and with assembly whose symbols no record names\n',
    );
  });

  test('sizes of commons', () => {
    expect(withoutTable('llvm22-elf.o')).toMatch(
      /^unreadable: bitcode of LLVM22\..* with a symbol table of unknown layout, and with commons whose size no record tells\n$/,
    );
  });
});

test('three versions of LLVM say the same of a module', () => {
  expect(rowsOf(describeBytes(fixture('llvm19-elf.o')))).toEqual(
    rowsOf(describeBytes(fixture('llvm22-elf.o'))),
  );
});

test('the names are those that native objects would have', () => {
  expect(describeBytes(fixture('llvm19-macho.o'))).toContain('definition function _function\n');
  expect(describeBytes(fixture('llvm19-macho.o'))).toContain('definition writable data verbatim\n');
  expect(describeBytes(fixture('llvm19-coff-i386.o'))).toContain('definition function _function\n');
  expect(describeBytes(fixture('llvm19-coff-x86_64.o'))).toContain('definition function function\n');
});

test('of two modules joined, a symbol table of one alone is not enough', () => {
  const joined = Buffer.concat([fixture('llvm19-assembly.o'), fixture('llvm14-wrapped.o').subarray(20)]);
  expect(describeBytes(joined)).toContain('with assembly whose symbols no record names');
  const plain = fixture('llvm14-wrapped.o').subarray(20);
  const twice = describeBytes(Buffer.concat([plain, plain]));
  expect(rowsOf(twice).length).toBe(2 * rowsOf(describeBytes(plain)).length);
});
