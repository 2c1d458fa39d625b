import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { ByteSource } from '../../bytes/byte-source.js';
import { describeObject } from '../describe-object.js';

const fixture = (name: string): Buffer =>
  readFileSync(fileURLToPath(new URL(`../../../fixtures/objects/coff/${name}`, import.meta.url)));
const describeBytes = (bytes: Uint8Array): string => describeObject(ByteSource.of('object.o', bytes));

/** Offset of the first record of a symbol with a short name. */
function symbolOffset(bytes: Buffer, name: string): number {
  const table = bytes.readUInt32LE(8);
  const count = bytes.readUInt32LE(12);
  for (let at = table; at < table + count * 18; at += 18)
    if (bytes.toString('latin1', at, at + 8).replace(/\0+$/, '') === name) return at;
  throw new Error(`no symbol ${name}`);
}

/** Offset of the header of the first section whose name begins so, and all headers before the symbols. */
function sectionOffset(bytes: Buffer, name: string): number {
  const at = bytes.indexOf(name, 20, 'latin1');
  expect((at - 20) % 40).toBe(0);
  return at;
}

test('a bigobj says the same as a regular object', () => {
  expect(describeBytes(fixture('bigobj.o'))).toBe(describeBytes(fixture('gnu.o')));
});

test('an object without a string table, or with one of size 0', () => {
  const bytes = fixture('everything-x86_64.o');
  const strings = bytes.readUInt32LE(8) + 18 * bytes.readUInt32LE(12);
  expect(() => describeBytes(bytes.subarray(0, strings))).toThrow('no string');
  bytes.writeUInt32LE(0, strings);
  expect(() => describeBytes(bytes)).toThrow('no string');
  expect(describeBytes(Buffer.from('64860000000000000000000000000000000000000000', 'hex'))).toBe(
    'coff x86-64 64-bit little endian\n',
  );
});

test('an executable is not an object', () => {
  const bytes = fixture('everything-x86_64.o');
  bytes[18] |= 2;
  expect(describeBytes(bytes)).toBe('unreadable: a COFF object\n');
});

describe('sections', () => {
  test('names beyond 9,999,999 are in base 64', () => {
    const bytes = fixture('acting-x86_64.o');
    const before = describeBytes(bytes);
    const at = bytes.indexOf(/\/\d+/.exec(bytes.toString('latin1', 20, 900))?.[0] ?? '', 20, 'latin1');
    const offset = Number.parseInt(bytes.toString('latin1', at + 1, at + 8), 10);
    const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
    let text = '';
    for (let rest = offset; text.length < 6; rest = Math.floor(rest / 64)) text = digits[rest % 64] + text;
    bytes.write(`//${text}`, at, 'latin1');
    expect(describeBytes(bytes)).toBe(before);
  });

  test('more than 65,534 relocations are counted by the first of them', () => {
    const bytes = fixture('acting-x86_64.o');
    const header = sectionOffset(bytes, '.CRT$XCU');
    const relocations = Buffer.alloc(30);
    relocations.writeUInt32LE(3, 0);
    bytes.copy(relocations, 10, bytes.readUInt32LE(header + 24), bytes.readUInt32LE(header + 24) + 20);
    const before = describeBytes(bytes);
    const overflown = Buffer.concat([bytes, relocations]);
    overflown.writeUInt32LE(bytes.length, header + 24);
    overflown.writeUInt16LE(0xffff, header + 32);
    overflown.writeUInt32LE((overflown.readUInt32LE(header + 36) | 0x01000000) >>> 0, header + 36);
    expect(describeBytes(overflown)).toBe(before);
  });
});

describe('COMDATs', () => {
  const follows = (parent: number): (() => string) => {
    const bytes = fixture('everything-x86_64.o');
    // The associative section is the 14th; selection 5 is at byte 14 of its auxiliary record.
    const table = bytes.readUInt32LE(8);
    for (let at = table; at < table + 18 * bytes.readUInt32LE(12); at += 18)
      if (bytes.readUInt16LE(at + 12) === 14 && bytes[at + 17] === 1 && bytes[at + 18 + 14] === 5)
        bytes.writeUInt16LE(parent, at + 18 + 12);
    return () => describeBytes(bytes);
  };

  test('an associative section follows its parent', () => {
    expect(follows(8)()).toContain('local writable data follower section=14 size=4 group=comdat_one\n');
    expect(follows(1)()).toContain('local writable data follower section=14 size=4\n');
  });

  test('one that follows itself, or nothing, is malformed', () => {
    expect(follows(14)).toThrow('section 14 is its own parent');
    expect(follows(0)).toThrow('no section 0 to be associated with');
    expect(follows(99)).toThrow('no section 99 to be associated with');
  });
});

describe('weak externals', () => {
  test('without an auxiliary record are weak references', () => {
    const bytes = fixture('gnu.o');
    const at = bytes.readUInt32LE(8) + 18 * bytes.readUInt32LE(12) - 36;
    expect(bytes[at + 16]).toBe(105);
    bytes[at + 17] = 0;
    expect(describeBytes(bytes)).toContain('reference weak function weak_reference\n');
  });

  test('with a default outside the symbol table are malformed', () => {
    const bytes = fixture('gnu.o');
    const at = bytes.readUInt32LE(8) + 18 * bytes.readUInt32LE(12) - 18;
    bytes.writeUInt32LE(4711, at);
    expect(() => describeBytes(bytes)).toThrow('no symbol 4711 to default to');
  });
});

test('a common needs no section', () => {
  const bytes = fixture('everything-i386.o');
  const at = symbolOffset(bytes, 'absolute');
  bytes.writeUInt16LE(0, at + 12);
  expect(describeBytes(bytes)).toContain('common data absolute size=4660 align=2^5\n');
});

describe('import members', () => {
  const importMember = (type: number, ...names: string[]): Buffer => {
    const strings = Buffer.from(`${names.join('\0')}\0`, 'latin1');
    const header = Buffer.from('0000ffff0000648600000000000000000000000000000000', 'hex').subarray(0, 20);
    header.writeUInt32LE(strings.length, 12);
    header.writeUInt16LE(type, 18);
    return Buffer.concat([header, strings]);
  };

  test('code has two names, data one, a constant both', () => {
    const rows = (type: number, ...more: string[]) =>
      describeBytes(importMember(type, 'f', 'f.dll', ...more))
        .split('\n')
        .slice(1, -1);
    const pointer = 'definition data __imp_f';
    const effect = ['note import directory:', '  f.dll'];
    expect(rows(4)).toEqual([pointer, 'definition function f', ...effect]);
    expect(rows(5)).toEqual([pointer, ...effect]);
    expect(rows(6)).toEqual([pointer, 'definition data f', ...effect]);
    // IMPORT_NAME_EXPORTAS: by another name in the DLL.
    expect(rows(4 << 2, 'g')).toEqual([pointer, 'definition function f', ...effect]);
  });

  test('broken ones are malformed', () => {
    expect(() => describeBytes(importMember(3, 'f', 'f.dll'))).toThrow('import of type 3');
    expect(() => describeBytes(importMember(0, '', 'f.dll'))).toThrow('an import without a name');
    expect(() => describeBytes(importMember(0, 'f'))).toThrow('import names');
    expect(() => describeBytes(importMember(0, 'f', 'f.dll').subarray(0, 24))).toThrow('import names');
  });
});
