import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ByteSource } from '../bytes/byte-source.js';
import { MalformedError } from '../bytes/malformed-error.js';
import { HIDDEN, isDefined, isLocalState, isReference, isTls, isUnique, isWeak, UNIQUE } from './flags.js';
import { readContent } from './formats.js';
import { UnreadableError } from './object-format.js';
import { EditError, type OwnSymbol, type SymbolEdit } from './symbol-edit.js';
import { editObject, ownSymbols, requireEditable } from './symbol-editors.js';
import { type SymbolTable, SymbolTableBuilder } from './table.js';

/* Edited objects, read back by our own readers: only what was asked for has changed. */

const FORMATS = ['elf', 'macho', 'coff', 'wasm'] as const;
type Format = (typeof FORMATS)[number];

const FIXTURES = join(import.meta.dirname, '../../fixtures/objects');

const objectsOf = (format: Format): string[] =>
  readdirSync(join(FIXTURES, format)).filter((name) => /(?<!^import-.*)\.o$/.test(name));

const load = (format: Format, name: string): ByteSource =>
  ByteSource.of(name, readFileSync(join(FIXTURES, format, name)));

function read(bytes: Uint8Array): { symbols: SymbolTable; info: unknown } {
  const builder = new SymbolTableBuilder();
  builder.beginMember();
  const content = readContent(ByteSource.of('edited.o', bytes), builder);
  if (content.kind !== 'object') throw new Error(content.kind);
  return { symbols: builder.finish(), info: content.info };
}

/** One text a row; `rename` is applied to names. */
function rows(symbols: SymbolTable, rename: (name: string) => string = (name) => name): string[] {
  return Array.from({ length: symbols.length }, (_, row) => {
    const { names, groups } = symbols;
    const flags = symbols.flags[row];
    const text = names.text(symbols.name[row]);
    const group = groups[symbols.group[row]];
    const isHidden = isDefined(flags) && rename(text) !== text && !isLocalState(flags);
    return [
      isLocalState(flags) ? text : rename(text),
      isHidden ? hide(flags) : flags,
      symbols.section[row],
      symbols.size[row],
      group ? rename(names.text(group.signature)) : '',
    ].join(' ');
  });
}

/** Flags of the symbol after hiding: hidden visibility replaces protected, and the unique binding is cleared. */
const hide = (flags: number): number => ((flags & ~(3 << 2)) | HIDDEN) & ~UNIQUE;

const suffixed = (name: string): string => `${name}.iso.0123abcd`;

const renameAll = (symbols: readonly OwnSymbol[]): SymbolEdit[] =>
  symbols.map(({ row, name }) => ({ symbol: row, action: 'hide-and-rename', newName: suffixed(name) }));

describe.each(FORMATS)('%s', (format) => {
  test.each(objectsOf(format))('%s: no edits, the same bytes', (name) => {
    const object = load(format, name);
    expect(
      Buffer.from(editObject(object, format, []).bytes('object')).equals(
        readFileSync(join(FIXTURES, format, name)),
      ),
    ).toBe(true);
  });

  test.each(objectsOf(format))('%s: own symbols are the linkage symbols', (name) => {
    const { symbols } = read(readFileSync(join(FIXTURES, format, name)));
    const linkage = Array.from({ length: symbols.length }, (_, row) => row)
      .filter((row) => !isLocalState(symbols.flags[row]))
      .map((row) => symbols.names.text(symbols.name[row]));
    const own = ownSymbols(load(format, name), format).filter(({ role }) => role !== 'signature');
    // An indirect Mach-O symbol is one row there, and a reference more here.
    expect(linkage).toEqual(expect.arrayContaining(own.map((symbol) => symbol.name)));
    expect(own.length).toBeLessThanOrEqual(linkage.length);
  });
});

/** Objects for which the reader adds rows or changes names: N_INDR, weak defaults, registers. */
const SPECIAL = /indirect|arm64ec|sparcv9/;

/** In Mach-O the size of a thread-local is that of the local symbol `x$tlv$init`, whose name is not edited. */
const withoutThreadLocalSize = (row: string): string =>
  row.replace(/^(\S+) (\d+) (-?\d+) \d+/, (all, name, flags, section) =>
    isTls(Number(flags)) ? `${name} ${flags} ${section}` : all,
  );

describe.each(FORMATS)('%s renamed', (format) => {
  test.each(objectsOf(format).filter((name) => !SPECIAL.test(name)))(
    '%s: every name, and nothing else',
    (name) => {
      const object = load(format, name);
      const own = ownSymbols(object, format);
      const names = new Set(own.map((symbol) => symbol.name));
      const edited = editObject(object, format, renameAll(own)).bytes('edited');
      const rename = (text: string) => (names.has(text) ? suffixed(text) : text);
      const before = rows(read(readFileSync(join(FIXTURES, format, name))).symbols, rename);
      const after = rows(read(edited).symbols);
      const unhide = (row: string) => {
        if (format === 'macho') return withoutThreadLocalSize(row);
        return format === 'coff' ? row.replace(/^(\S+) \d+/, '$1') : row;
      };
      expect(after.map(unhide)).toEqual(before.map(unhide));
    },
  );
});

/** The first strong definition outside of a group. */
function aDefinition(object: ByteSource, format: Format): OwnSymbol {
  const { symbols } = read(object.bytes('object'));
  const inGroup = new Set(
    Array.from({ length: symbols.length }, (_, row) => row)
      .filter(
        (row) => symbols.group[row] >= 0 || symbols.section[row] < 0 || (symbols.flags[row] & 0x70) === 0x10,
      )
      .map((row) => symbols.names.text(symbols.name[row])),
  );
  const found = ownSymbols(object, format).find(
    ({ name, role, isWeak: weak }) => role === 'definition' && !weak && !inGroup.has(name),
  );
  if (found === undefined) throw new Error('no definition to edit');
  return found;
}

const EVERYTHING: [Format, string][] = [
  ['elf', 'everything-x86_64.o'],
  ['elf', 'everything-i386.o'],
  ['elf', 'everything-powerpc64.o'],
  ['elf', 'everything-mips.o'],
  ['macho', 'everything-x86_64.o'],
  ['macho', 'everything-arm64.o'],
  ['coff', 'everything-x86_64.o'],
  ['coff', 'everything-i386.o'],
  ['coff', 'bigobj.o'],
];

describe('one definition', () => {
  test.each(EVERYTHING)('%s %s: undefined, it is a reference', (format, file) => {
    const object = load(format, file);
    const { row, name } = aDefinition(object, format);
    const { symbols } = read(
      editObject(object, format, [{ symbol: row, action: 'undefine', newName: `${name}.old` }]).bytes(
        'edited',
      ),
    );
    const flags = Array.from({ length: symbols.length }, (_, at) => at)
      .filter((at) => symbols.names.text(symbols.name[at]) === name)
      .map((at) => symbols.flags[at]);
    expect(flags.map((flag) => isReference(flag) && !isWeak(flag))).toEqual([true]);
  });

  test.each(EVERYTHING)('%s %s: weakened, a strong one elsewhere has no rival', (format, file) => {
    const object = load(format, file);
    const { row, name } = aDefinition(object, format);
    const { symbols } = read(
      editObject(object, format, [{ symbol: row, action: 'weaken', newName: `${name}.old` }]).bytes('edited'),
    );
    const rivals = Array.from({ length: symbols.length }, (_, at) => at).filter(
      (at) =>
        symbols.names.text(symbols.name[at]) === name &&
        isDefined(symbols.flags[at]) &&
        !isWeak(symbols.flags[at]),
    );
    expect(rivals).toEqual([]);
  });
});

test('a hidden symbol is not unique to the process', () => {
  const object = load('elf', 'gnu.o');
  const { symbols: before } = read(readFileSync(join(FIXTURES, 'elf/gnu.o')));
  expect([...before.flags].some(isUnique)).toBe(true);
  const { symbols } = read(editObject(object, 'elf', renameAll(ownSymbols(object, 'elf'))).bytes('edited'));
  expect([...symbols.flags].some(isUnique)).toBe(false);
});

describe('refused', () => {
  const refusal = (run: () => unknown): string => {
    try {
      run();
    } catch (error) {
      if (error instanceof EditError) return error.refusal;
      throw error;
    }
    return 'none';
  };

  test('references and local symbols have nothing to undefine', () => {
    const object = load('elf', 'everything-x86_64.o');
    const reference = ownSymbols(object, 'elf').find(({ role }) => role === 'reference');
    expect(
      refusal(() =>
        editObject(object, 'elf', [{ symbol: reference?.row ?? 0, action: 'undefine', newName: 'x' }]),
      ),
    ).toBe('not-editable');
    expect(refusal(() => editObject(object, 'elf', [{ symbol: 0, action: 'undefine', newName: 'x' }]))).toBe(
      'not-editable',
    );
  });

  test('bitcode and import members are not editable', () => {
    const object = load('elf', 'everything-x86_64.o');
    expect(refusal(() => editObject(object, 'bitcode', []))).toBe('recompiled');
    expect(refusal(() => editObject(object, 'coff-import', []))).toBe('not-editable');
  });

  test('a row has one edit, and a name has characters', () => {
    const object = load('elf', 'everything-x86_64.o');
    const [{ row }] = ownSymbols(object, 'elf');
    const one: SymbolEdit = { symbol: row, action: 'hide-and-rename', newName: 'x' };
    expect(() => editObject(object, 'elf', [one, one])).toThrow('two edits');
    expect(() => editObject(object, 'elf', [{ ...one, newName: '' }])).toThrow('not a symbol name');
  });
});

describe('an object is found editable exactly where it can be edited', () => {
  const outcome = (run: () => unknown): string => {
    try {
      run();
      return 'edited';
    } catch (error) {
      const known = [EditError, MalformedError, UnreadableError];
      if (error instanceof Error && known.some((kind) => error instanceof kind)) return error.message;
      throw error;
    }
  };
  const expectAgreement = (bytes: Uint8Array, format: Format, editsOf: typeof renameAll): string => {
    const object = ByteSource.of('object', bytes);
    const whole = outcome(() => editObject(object, format, editsOf(ownSymbols(object, format))));
    expect(outcome(() => requireEditable(object, format, editsOf))).toBe(whole);
    return whole;
  };
  const undefineAll = (symbols: readonly OwnSymbol[]): SymbolEdit[] =>
    symbols
      .filter(({ role }) => role === 'definition')
      .map(({ row, name }) => ({ symbol: row, action: 'undefine', newName: suffixed(name) }));

  for (const format of FORMATS)
    test.each(objectsOf(format))(`${format}: %s`, (name) => {
      const bytes = readFileSync(join(FIXTURES, format, name));
      expectAgreement(bytes, format, renameAll);
      expectAgreement(bytes, format, undefineAll);
    });

  test.each(['acting.o', 'constructors-i386.o', 'gnu.o'])('damaged: %s', (name) => {
    Error.stackTraceLimit = 0;
    const sound = readFileSync(join(FIXTURES, 'elf', name));
    for (let at = 0; at < sound.length; at += sound.length > 8000 ? 7 : 1)
      for (const byte of [sound[at] ^ 0xff, sound[at] ^ 1]) {
        const damaged = Uint8Array.from(sound);
        damaged[at] = byte;
        expectAgreement(damaged, 'elf', renameAll);
      }
  });

  test('symbols within their own strings', () => {
    const bytes = Uint8Array.from(readFileSync(join(FIXTURES, 'elf/gnu.o')));
    const view = new DataView(bytes.buffer);
    const headers = Number(view.getBigUint64(40, true));
    const at = (section: number) => headers + 64 * section;
    const count = view.getUint16(60, true);
    const table = Array.from({ length: count }, (_, one) => one).find(
      (one) => view.getUint32(at(one) + 4, true) === 2,
    )!;
    const strings = view.getUint32(at(table) + 40, true);
    view.setBigUint64(at(strings) + 24, view.getBigUint64(at(table) + 24, true), true);
    expect(() => ownSymbols(ByteSource.of('object', bytes), 'elf')).not.toThrow();
    expectAgreement(bytes, 'elf', renameAll);
  });
});
