import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { ByteSource } from '../../bytes/byte-source.js';
import { firstDifference, haveSameAddressSignificance, imageDigest } from './image-parts.js';
import type { ObjectImage } from './object-image.js';
import { readImage } from './read-image.js';

const bytesOf = (path: string): Uint8Array =>
  readFileSync(fileURLToPath(new URL(`../../../fixtures/objects/${path}`, import.meta.url)));
const imageOf = (bytes: Uint8Array): ObjectImage => readImage(ByteSource.of('patched.o', bytes), 'elf');

const constructors = bytesOf('elf/constructors-x86_64.o');
const groups = bytesOf('elf/gnu.o');

/** Places in an ELF64 object of little-endian order. */
function elf(bytes: Uint8Array) {
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const image = imageOf(bytes);
  const headers = Number(data.getBigUint64(40, true));
  const count = data.getUint16(60, true);
  const header = (number: number) => headers + number * 64;
  const section = (name: string): number => {
    const found = image.sections.find((one) => one.name === name);
    if (!found) throw new Error(`no ${name}`);
    return found.number;
  };
  const offsetOf = (number: number) => Number(data.getBigUint64(header(number) + 24, true));
  const ofType = (type: number, info?: number): number => {
    for (let number = 1; number < count; number++) {
      const isOne = data.getUint32(header(number) + 4, true) === type;
      if (isOne && (info === undefined || data.getUint32(header(number) + 44, true) === info)) return number;
    }
    throw new Error(`no section of type ${type}`);
  };
  return {
    header: (name: string) => header(section(name)),
    content: (name: string) => offsetOf(section(name)),
    relocations: (name: string) => offsetOf(ofType(4, section(name))),
    symbol: (name: string) => {
      const number = image.symbols.find((one) => one.name === name)?.number;
      if (number === undefined) throw new Error(`no ${name}`);
      return offsetOf(ofType(2)) + number * 24;
    },
    strings: () => offsetOf(data.getUint32(header(ofType(2)) + 40, true)),
    group: () => offsetOf(ofType(17)),
  };
}

/** The first difference after the lowest bits of a byte at each of these places are flipped. */
function differenceAfter(
  sound: Uint8Array,
  places: (at: ReturnType<typeof elf>) => number[],
  bits = 1,
): string | null {
  const patched = Uint8Array.from(sound);
  for (const at of places(elf(sound))) patched[at] ^= bits;
  const [one, other] = [imageOf(sound), imageOf(patched)];
  const difference = firstDifference(one, other);
  expect(imageDigest(one) === imageDigest(other)).toBe(difference === null);
  return difference;
}

describe('one difference that a linker sees is another image', () => {
  const cases: readonly [string, (at: ReturnType<typeof elf>) => number[], string, number?][] = [
    ['a byte of code', (at) => [at.content('.text')], 'bytes of .text'],
    ['a byte of unwind tables', (at) => [at.content('.eh_frame') + 20], 'bytes of .eh_frame'],
    ['a string', (at) => [at.content('.rodata.str1.1')], 'bytes of .rodata.str1.1'],
    ['a relocation type', (at) => [at.relocations('.text') + 8], 'relocations of .text'],
    ['a relocation target', (at) => [at.relocations('.text') + 12], 'relocations of .text'],
    ['a relocation offset', (at) => [at.relocations('.text')], 'relocations of .text'],
    ['an addend', (at) => [at.relocations('.text') + 16], 'relocations of .text'],
    ['a constructor', (at) => [at.relocations('.init_array') + 16], 'relocations of .init_array'],
    ['a section flag (write)', (at) => [at.header('.text') + 8], 'section .text'],
    ['the exclude flag', (at) => [at.header('.text') + 11], 'section .text', 0x80],
    ['a section type', (at) => [at.header('.eh_frame') + 4], 'section .eh_frame'],
    ['alignment', (at) => [at.header('.text') + 48], 'section .text', 0x30],
    [
      'entry size of mergeable strings',
      (at) => [at.header('.rodata.str1.1') + 56],
      'section .rodata.str1.1',
      3,
    ],
    ['size of zeros', (at) => [at.header('.bss') + 32], 'section .bss'],
    ['an executable stack', (at) => [at.header('.note.GNU-stack') + 8], 'section .note.GNU-stack', 4],
    ['binding', (at) => [at.symbol('last') + 4], 'symbol last', 0x30],
    ['visibility', (at) => [at.symbol('last') + 5], 'symbol last', 2],
    ['other bits of st_other', (at) => [at.symbol('last') + 5], 'symbol last', 0x80],
    ['a symbol type', (at) => [at.symbol('last') + 4], 'symbol last', 3],
    ['a symbol value', (at) => [at.symbol('last') + 8], 'symbol last', 0x10],
    ['a symbol size', (at) => [at.symbol('last') + 16], 'symbol last'],
    ['processor flags of the header', () => [48], 'header'],
    ['the ABI', () => [7], 'header', 3],
  ];
  for (const [title, places, difference, bits] of cases)
    test(title, () => expect(differenceAfter(constructors, places, bits)).toBe(difference));

  test('an undefined symbol', () => {
    const name = Buffer.from(constructors).indexOf('elsewhere\0');
    expect(differenceAfter(constructors, () => [name])).toMatch(/^symbol (elsewhere|dlsewhere)$/);
  });

  test('a weak undefined symbol against a strong one', () =>
    expect(differenceAfter(constructors, (at) => [at.symbol('elsewhere') + 4], 0x30)).toBe(
      'symbol elsewhere',
    ));

  test('the rule of a group', () =>
    expect(differenceAfter(groups, (at) => [at.group()])).toBe('group inline_function'));

  test('the order of two constructor arrays', () => {
    const image = imageOf(constructors);
    const swapped = [...image.sections];
    const [one, other] = ['.init_array.101', '.init_array'].map((name) =>
      swapped.findIndex((section) => section.name === name),
    );
    [swapped[one], swapped[other]] = [swapped[other], swapped[one]];
    expect(firstDifference(image, { ...image, sections: swapped })).not.toBeNull();
  });

  test('an option for the linker', () => {
    const image = imageOf(constructors);
    const withOption = (text: string): ObjectImage => ({
      ...image,
      sections: [
        ...image.sections,
        {
          ...image.sections[0],
          name: '.deplibs',
          use: 'directive',
          bytes: Buffer.from(text),
          relocations: [],
        },
      ],
    });
    expect(firstDifference(withOption('m\0'), withOption('z\0'))).toBe('bytes of .deplibs');
    expect(firstDifference(image, withOption('m\0'))).not.toBeNull();
  });

  test('which addresses matter, where both say so', () => {
    const image = imageOf(constructors);
    const without = { ...image, sections: image.sections.filter(({ use }) => use !== 'addrsig') };
    const fewer = {
      ...image,
      sections: image.sections.map((section) =>
        section.use === 'addrsig' ? { ...section, relocations: section.relocations.slice(1) } : section,
      ),
    };
    expect(haveSameAddressSignificance(image, image)).toBe(true);
    expect(haveSameAddressSignificance(image, without)).toBe(true);
    expect(haveSameAddressSignificance(image, fewer)).toBe(false);
  });
});

test('names of local symbols are not compared, mapping symbols are', () => {
  const arm = readImage(ByteSource.of('arm.o', bytesOf('elf/constructors-aarch64.o')), 'elf');
  const renamed = (from: string, to: string): ObjectImage => ({
    ...arm,
    symbols: arm.symbols.map((symbol) => {
      const { number, name, section, value, size, binding, type, other, marker } = symbol;
      const same = { number, section, value, size, binding, type, other };
      return name === from ? { ...same, name: to, marker: marker && to } : symbol;
    }),
  });
  const local = arm.symbols.find(({ binding, marker }) => binding === 'local' && marker === null);
  const mapping = arm.symbols.find(
    ({ marker, section }) => marker !== null && arm.sections[section]?.use === 'code',
  );
  expect(firstDifference(arm, renamed(local?.name ?? '', 'other'))).toBeNull();
  expect(
    firstDifference(arm, renamed(mapping?.name ?? '', mapping?.marker === '$t' ? '$d' : '$t')),
  ).not.toBeNull();
});
