import { expect, test } from 'vitest';
import { concat, numbers, padded, text } from '../../test/builders/build-archive.js';
import { ByteSource } from '../bytes/byte-source.js';
import { readContent } from './formats.js';
import { producersOf } from './producers.js';
import { SymbolTableBuilder } from './table.js';

function producers(bytes: Uint8Array): readonly string[] {
  const object = ByteSource.of('x.o', bytes);
  const builder = new SymbolTableBuilder();
  builder.beginMember();
  const content = readContent(object, builder);
  if (content.kind !== 'object') throw new Error(content.kind);
  return producersOf(object, content.info);
}

const u16 = (...values: number[]) => numbers(2, true, ...values);
const u32 = (...values: number[]) => numbers(4, true, ...values);
const name8 = (name: string) => padded(text(name), 8);

/** An x64 object with `@comp.id`, and a section of strings. */
function coffObject(section: string, content: string): Uint8Array {
  const symbolsAt = 20 + 40 + content.length;
  const absolute = 0xffff;
  const symbol = concat(name8('@comp.id'), u32(0x0105_75b5), u16(absolute, 0), Uint8Array.of(3, 0));
  return concat(
    concat(u16(0x8664, 1), u32(0, symbolsAt, 1), u16(0, 0)),
    concat(name8(section), u32(0, 0, content.length, 20 + 40, 0, 0), u16(0, 0), u32(0x4000_0040)),
    concat(text(content), symbol, u32(4)),
  );
}

test('COFF: Microsoft’s number of a tool and its build, and what GNU tools leave in .rdata$zzz', () => {
  expect(producers(coffObject('.text', ''))).toEqual(['Microsoft tool 0x105, build 30133']);
  const full = coffObject('/4', 'GCC: (GNU) 12\0\0');
  // `.rdata$zzz` has ten characters: its name is a string, behind the symbols.
  const named = concat(full.subarray(0, full.length - 4), u32(4 + 11), text('.rdata$zzz\0'));
  expect(producers(named)).toEqual(['Microsoft tool 0x105, build 30133', 'GCC: (GNU) 12']);
});

test('Mach-O: platform, versions and tools of LC_BUILD_VERSION, or the older LC_VERSION_MIN', () => {
  const header = (commands: Uint8Array, count: number) =>
    concat(u32(0xfeedfacf, 0x0100000c, 0, 1, count, commands.length, 0, 0), commands);
  const version = (major: number, minor: number, patch = 0) => major * 0x10000 + minor * 0x100 + patch;
  const build = u32(
    0x32,
    24 + 16,
    1,
    version(13, 0),
    version(14, 2),
    2,
    1,
    version(1500, 1, 0),
    9,
    version(1, 2, 3),
  );
  expect(producers(header(build, 1))).toEqual([
    'a compiler for macos 13.0 (SDK 14.2)',
    'clang 1500.1',
    'tool 9 1.2.3',
  ]);
  expect(producers(header(u32(0x25, 16, version(7, 0), 0), 1))).toEqual(['a compiler for ios 7.0']);
  // A count of tools that are not there says nothing, and costs no time.
  const cut = u32(0x32, 24, 1, version(13, 0), 0, 0xffff_ffff);
  expect(producers(header(cut, 1))).toEqual([]);
});
