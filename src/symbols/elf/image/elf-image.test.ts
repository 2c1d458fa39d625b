import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { ByteSource } from '../../../bytes/byte-source.js';
import { MalformedError } from '../../../bytes/malformed-error.js';
import { SHT_RELA } from '../../../core/elf/constants.js';
import type { ObjectImage } from '../../image/object-image.js';
import { readImage } from '../../image/read-image.js';
import { UnreadableError } from '../../object-format.js';
import { NONE } from '../../table.js';

const bytesOf = (name: string): Uint8Array =>
  readFileSync(fileURLToPath(new URL(`../../../../fixtures/objects/elf/${name}`, import.meta.url)));
const imageOf = (name: string): ObjectImage => readImage(ByteSource.of(name, bytesOf(name)), 'elf');

/** Targets of a section's relocations, as `slot: name+addend`. */
function targets(image: ObjectImage, name: string): string[] {
  const section = image.sections.find((candidate) => candidate.name === name);
  return (section?.relocations ?? []).map(({ offset, symbol, section: named, addend }) => {
    const target = symbol === NONE ? image.sections[named].name : image.symbols[symbol].name;
    return `${offset}: ${target}+${addend}`;
  });
}

describe('the use of each section', () => {
  test('by type, flags and name', () => {
    const uses = imageOf('constructors-x86_64.o').sections.map(({ name, use }) => `${name} ${use}`);
    expect(uses).toEqual([
      '.text code',
      '.bss zero',
      '.rodata.str1.1 constant',
      'plugins other',
      '.tbss tls',
      '.init_array.101 constructors',
      '.init_array constructors',
      '.fini_array destructors',
      '.note.GNU-stack directive',
      '.eh_frame unwind',
      '.llvm_addrsig addrsig',
    ]);
  });

  test('state is what the program writes, not what the loader relocates', () => {
    const { sections } = imageOf('state.o');
    const written = sections.filter(({ isWritable }) => isWritable).map(({ name }) => name);
    expect(written).toContain('.data');
    expect(written).not.toContain('.data.rel.ro');
  });
});

describe('relocations', () => {
  test('addends in the bytes of SHT_REL slots are read, and the slots cleared', () => {
    const image = imageOf('constructors-i386.o');
    expect(targets(image, '.text').slice(0, 3)).toEqual([
      '12: _GLOBAL_OFFSET_TABLE_+3',
      '18: .bss+0',
      '26: elsewhere+-4',
    ]);
    const text = image.sections.find(({ name }) => name === '.text');
    expect([...(text?.bytes.subarray(12, 16) ?? [])]).toEqual([0, 0, 0, 0]);
  });

  test('an addend beyond 2⁵³ has no image: it could not be compared exactly', () => {
    const bytes = Uint8Array.from(bytesOf('constructors-x86_64.o'));
    const view = new DataView(bytes.buffer);
    const headers = Number(view.getBigUint64(40, true));
    const numbers = Array.from({ length: view.getUint16(60, true) }, (_, number) => headers + 64 * number);
    const table = numbers.find((at) => view.getUint32(at + 4, true) === SHT_RELA) ?? NaN;
    const addend = Number(view.getBigUint64(table + 24, true)) + 16;
    view.setBigInt64(addend, -(2n ** 53n) + 1n, true);
    const image = readImage(ByteSource.of('far.o', bytes), 'elf');
    expect(image.sections.flatMap(({ relocations }) => relocations.map((one) => one.addend))).toContain(
      -(2 ** 53) + 1,
    );
    view.setBigInt64(addend, -(2n ** 53n), true);
    expect(() => readImage(ByteSource.of('far.o', bytes), 'elf')).toThrow(UnreadableError);
  });

  test('an addend in an instruction is left there, and said to be unknown', () => {
    const image = imageOf('constructors-mips.o');
    const text = image.sections.find(({ name }) => name === '.text');
    expect(text?.relocations.some(({ addend }) => addend === null)).toBe(true);
  });

  test('.llvm_addrsig names its symbols by number: as relocations they survive other numbers', () => {
    const names = targets(imageOf('constructors-x86_64.o'), '.llvm_addrsig').map((target) =>
      target.replace(/^0: |\+0$/g, ''),
    );
    expect(names).toContain('last');
  });

  test('SHT_CREL is not read', () => {
    const bytes = Uint8Array.from(bytesOf('constructors-x86_64.o'));
    const data = new DataView(bytes.buffer);
    const headers = Number(data.getBigUint64(40, true));
    data.setUint32(headers + 3 * 64 + 4, 0x40000014, true);
    expect(() => readImage(ByteSource.of('crel.o', bytes), 'elf')).toThrow(UnreadableError);
  });
});

test('groups have their members and their rule; linkonce sections are groups of their own name', () => {
  const image = imageOf('gnu.o');
  expect(
    image.groups.map(({ signature, rule, sections }) => ({
      signature,
      rule,
      sections: sections.map((row) => image.sections[row].name),
    })),
  ).toEqual([
    {
      signature: 'inline_function',
      rule: 'comdat',
      sections: ['.text.inline_function', '.data.inline_state'],
    },
    { signature: 'no_comdat', rule: 'group', sections: ['.text.no_comdat'] },
    { signature: '.gnu.linkonce.t.thunk', rule: 'linkonce', sections: ['.gnu.linkonce.t.thunk'] },
  ]);
  expect(image.sections.find(({ name }) => name === '.data.inline_state')?.group).toBe(0);
});

test('symbols have binding, type and all of st_other', () => {
  const { symbols } = imageOf('gnu.o');
  expect(symbols.find(({ name }) => name === 'only_one')).toMatchObject({
    number: 5,
    binding: 'unique',
    type: 1,
    size: 8n,
    other: 0,
  });
});

describe('a damaged object is read or refused', () => {
  for (const name of ['acting.o', 'constructors-i386.o'])
    test(name, () => {
      const sound = bytesOf(name);
      const damaged = Uint8Array.from(sound);
      Error.stackTraceLimit = 0;
      for (let at = 0; at < damaged.length; at++) {
        for (const change of [0xff, 0x01]) {
          damaged[at] = sound[at] ^ change;
          readDamaged(damaged);
        }
        damaged[at] = sound[at];
        readDamaged(sound.subarray(0, at));
      }
    });
});

function readDamaged(bytes: Uint8Array): void {
  try {
    readImage(ByteSource.of('damaged.o', bytes), 'elf');
  } catch (error) {
    if (!(error instanceof MalformedError) && !(error instanceof UnreadableError)) throw error;
  }
}
