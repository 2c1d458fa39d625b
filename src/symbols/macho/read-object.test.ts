import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { needsTool } from '../../../test/oracles/tools.js';
import { ByteSource } from '../../bytes/byte-source.js';
import { describeObject } from '../describe-object.js';
import { isAutoHide, isCommon, isHidden, isLocalState, isReference, isWeak } from '../flags.js';
import { readContent } from '../formats.js';
import { SymbolTableBuilder } from '../table.js';

const fixtures = fileURLToPath(new URL('../../../fixtures/objects/macho/', import.meta.url));
const objects = readdirSync(fixtures).filter((name) => name.endsWith('.o'));

/** External symbols in the output of `llvm-readobj --symbols`: name, place and flags, in our own terms. */
function readobj(program: string, path: string): string[] {
  const listed = execFileSync(program, ['--symbols', path], { encoding: 'latin1' });
  const symbols = listed.split(/^ {2}Symbol \{$/m).slice(1);
  const lines: string[] = [];
  for (const text of symbols) {
    if (!/^ +Extern$/m.test(text)) continue;
    const field = (name: string) => new RegExp(`^ +${name}: (.*)$`, 'm').exec(text)?.[1] ?? '';
    const type = field('Type');
    const value = Number(field('Value'));
    const isUndefined = type.startsWith('Undef');
    const flags = Number(/Flags \[ \((0x[0-9A-F]+)\)/.exec(text)?.[1] ?? 0);
    const place = isUndefined
      ? value === 0
        ? 'undefined'
        : `common ${value} 2^${(flags >> 8) & 15}`
      : 'defined';
    const isWeak = (flags & (isUndefined && value === 0 ? 0x40 : 0x80)) !== 0 && !place.startsWith('common');
    lines.push(
      [
        field('Name').replace(/ \(\d+\)$/, ''),
        place,
        isWeak && 'weak',
        !isUndefined && (flags & 0xc0) === 0xc0 && 'auto-hide',
        /^ +PrivateExtern$/m.test(text) && 'hidden',
        type.startsWith('Section') && `section ${Number(/\((0x[0-9A-F]+)\)/.exec(field('Section'))?.[1])}`,
      ]
        .filter(Boolean)
        .join(' '),
    );
  }
  return lines;
}

function ours(name: string, bytes: Uint8Array): string[] {
  const builder = new SymbolTableBuilder();
  builder.beginMember();
  expect(readContent(ByteSource.of(name, bytes), builder).kind).toBe('object');
  const symbols = builder.finish();
  const lines: string[] = [];
  for (let symbol = 0; symbol < symbols.length; symbol++) {
    const flags = symbols.flags[symbol];
    if (isLocalState(flags)) continue;
    const common = `common ${symbols.size[symbol]} 2^${symbols.alignment[symbol]}`;
    lines.push(
      [
        symbols.names.text(symbols.name[symbol]),
        isReference(flags) ? 'undefined' : isCommon(flags) ? common : 'defined',
        isWeak(flags) && 'weak',
        isAutoHide(flags) && 'auto-hide',
        isHidden(flags) && 'hidden',
        symbols.section[symbol] > 0 && `section ${symbols.section[symbol]}`,
      ]
        .filter(Boolean)
        .join(' '),
    );
  }
  return lines;
}

describe('Mach-O symbols, as llvm-readobj', () => {
  // An indirect symbol has two rows here and one there.
  for (const name of objects.filter((object) => object !== 'indirect.o')) {
    needsTool('llvm-readobj-19|llvm-readobj')(name, ([program]) => {
      const path = join(fixtures, name);
      expect(ours(name, readFileSync(path))).toEqual(readobj(program, path));
    });
  }
});

/** Turns a little-endian 32-bit object into the big-endian one that no assembler of today writes. */
function toBigEndian(little: Uint8Array): Uint8Array {
  const bytes = Uint8Array.from(little);
  const from = new DataView(little.buffer, little.byteOffset, little.byteLength);
  const to = new DataView(bytes.buffer);
  const words = (start: number, count: number) => {
    for (let at = start; at < start + count * 4; at += 4) to.setUint32(at, from.getUint32(at, true), false);
  };
  words(0, 7);
  for (let index = 0, at = 28; index < from.getUint32(16, true); index++) {
    const [kind, size] = [from.getUint32(at, true), from.getUint32(at + 4, true)];
    words(at, 2);
    if (kind === 1 /* LC_SEGMENT: the name, eight words, and sections of two names and nine words */) {
      words(at + 24, 8);
      for (let section = at + 56; section < at + size; section += 68) {
        words(section + 32, 9);
        words(from.getUint32(section + 40, true), Math.ceil(from.getUint32(section + 36, true) / 4));
        turnRelocations(from, to, from.getUint32(section + 48, true), from.getUint32(section + 52, true));
      }
    } else words(at + 8, (size - 8) / 4);
    if (kind === 2 /* LC_SYMTAB */) {
      for (
        let n = 0, symbol = from.getUint32(at + 8, true);
        n < from.getUint32(at + 12, true);
        n++, symbol += 12
      ) {
        words(symbol, 1);
        to.setUint16(symbol + 6, from.getUint16(symbol + 6, true), false);
        words(symbol + 8, 1);
      }
    }
    at += size;
  }
  return bytes;
}

function turnRelocations(from: DataView, to: DataView, start: number, count: number): void {
  for (let at = start; at < start + count * 8; at += 8) {
    const [first, second] = [from.getUint32(at, true), from.getUint32(at + 4, true)];
    to.setUint32(at, first, false);
    const isScattered = first >>> 31 === 1;
    // Bit fields are laid out from the other end.
    const [symbol, pcRelative, length, external, type] = [
      second & 0xffffff,
      (second >>> 24) & 1,
      (second >>> 25) & 3,
      (second >>> 27) & 1,
      second >>> 28,
    ];
    const fields = (symbol << 8) | (pcRelative << 7) | (length << 5) | (external << 4) | type;
    to.setUint32(at + 4, isScattered ? second : fields >>> 0, false);
  }
}

test('a big-endian object reads as its little-endian original', () => {
  const little = readFileSync(join(fixtures, 'everything-i386.o'));
  const expected = describeObject(ByteSource.of('little.o', little));
  const found = describeObject(ByteSource.of('big.o', toBigEndian(little)));
  expect(found).toBe(expected.replace('little endian', 'big endian'));
});

test('Mach-O files that are no objects are refused by name', () => {
  const bytes = Uint8Array.from(readFileSync(join(fixtures, 'everything-arm64.o')));
  bytes[12] = 6;
  expect(describeObject(ByteSource.of('lib.dylib', bytes))).toBe(
    'unreadable: a shared library, not an object\n',
  );
});
