import { describe, expect, test } from 'vitest';
import { ByteSource } from '../../bytes/byte-source.js';
import { COMMON, DATA, DEFINITION, FUNCTION, REFERENCE, WEAK } from '../../symbols/flags.js';
import type { ObjectInfo } from '../../symbols/object-format.js';
import {
  type Group,
  NONE,
  type SymbolSink,
  type SymbolTable,
  SymbolTableBuilder,
} from '../../symbols/table.js';
import { InterfaceRecorder, objectInterface } from './object-interface.js';

/*
 * A cached plan is reused if the interfaces of the objects are equal. So every property that a reader returns either
 * changes the digest, or is the same in the planner's input. The rows below are typed by what a reader returns: a
 * new property does not compile without one.
 */

type Row = { name: string; flags: number; section: number; size: number; group: number; alignment: number };
type Signature = { signature: string; selection: Group['selection']; size: number; digest: number };
interface ReadObject {
  readonly info: ObjectInfo;
  readonly groups: readonly Signature[];
  readonly rows: readonly Row[];
}

const row = (name: string, flags: number, size = 0, group = NONE): Row => ({
  ...{ name, flags, section: (flags & 3) === REFERENCE ? NONE : 3, size, group, alignment: 0 },
});

const OBJECT: ReadObject = {
  info: {
    format: 'elf',
    machine: 'x86-64',
    bits: 64,
    littleEndian: true,
    sideEffects: [{ kind: 'constructors', section: '.init_array', entries: ['start+0x0'] }],
    bitcode: null,
    isRecompiled: false,
    notIndexed: [],
  },
  groups: [{ signature: 'inline', selection: 'any', size: 0, digest: 0 }],
  rows: [
    row('main', DEFINITION | FUNCTION, 16),
    row('inline', DEFINITION | FUNCTION | WEAK, 8, 0),
    row('table', DEFINITION | DATA, 32),
    row('shared', COMMON | DATA, 4),
    row('wanted', REFERENCE),
  ],
};

const bytes = (text: string): Uint8Array => Buffer.from(text, 'latin1');

function handOn(object: ReadObject, sink: SymbolSink): void {
  const intern = (text: string) => sink.intern(bytes(`..${text}`), 2, text.length + 2);
  const groups = object.groups.map(({ signature, selection, size, digest }) =>
    sink.group(intern(signature), selection, size, digest),
  );
  for (const { name, flags, section, size, group, alignment } of object.rows)
    sink.symbol(intern(name), flags, section, size, groups[group] ?? NONE, alignment);
}

/** The planner's view of an object, and the digest. */
function seen(object: ReadObject, magic = '\x7fELF', known: readonly string[] = []) {
  const builder = new SymbolTableBuilder();
  // Ids of names and groups of a line depend on the files before this one.
  for (const name of known) builder.names.internText(name);
  builder.beginMember();
  const { sink, digest } = objectInterface(ByteSource.of('x.o', bytes(magic)), builder);
  handOn(object, sink);
  const content = { kind: 'object', info: object.info } as const;
  const { names, groups, ...columns } = builder.finish();
  const text = (name: number) => names.text(name);
  const table = { ...columns, name: [...columns.name].map(text) };
  return {
    digest: digest(content),
    view: { table, groups: groups.map((one) => ({ ...one, signature: text(one.signature) })), content },
  };
}

const BASE = seen(OBJECT);
const changed = (at: number, by: Partial<Row>): ReadObject => ({
  ...OBJECT,
  rows: OBJECT.rows.map((one, place) => (place === at ? { ...one, ...by } : one)),
});
const withInfo = (by: Partial<ObjectInfo>): ReadObject => ({ ...OBJECT, info: { ...OBJECT.info, ...by } });
const withGroup = (by: Partial<Signature>): ReadObject => ({
  ...OBJECT,
  groups: [{ ...OBJECT.groups[0], ...by }],
});

const INFO: Readonly<Record<keyof ObjectInfo, ReadObject>> = {
  format: withInfo({ format: 'coff' }),
  machine: withInfo({ machine: 'arm64' }),
  bits: withInfo({ bits: 32 }),
  littleEndian: withInfo({ littleEndian: false }),
  sideEffects: withInfo({ sideEffects: [{ ...OBJECT.info.sideEffects[0], entries: ['other+0x0'] }] }),
  traits: withInfo({ traits: 'executable stack' }),
  bitcode: withInfo({ bitcode: { offset: 64, size: 8 } }),
  isRecompiled: withInfo({ isRecompiled: true }),
  notIndexed: withInfo({ notIndexed: [1] }),
  localNames: withInfo({ localNames: Int32Array.of(1) }),
};

type Column = Exclude<keyof SymbolTable, 'length' | 'names' | 'groups' | 'member' | 'firstSymbol'>;
const COLUMNS: Readonly<Record<Column, ReadObject>> = {
  name: changed(4, { name: 'other' }),
  flags: changed(4, { flags: REFERENCE | WEAK }),
  group: changed(1, { group: NONE }),
  section: changed(2, { section: 4 }),
  size: changed(3, { size: 8 }),
  alignment: changed(3, { alignment: 3 }),
};

const GROUPS: Readonly<Record<Exclude<keyof Group, 'member'>, ReadObject>> = {
  signature: withGroup({ signature: 'table' }),
  selection: withGroup({ selection: 'largest' }),
  size: withGroup({ size: 1 }),
  digest: withGroup({ digest: 1 }),
};

const SHAPES: Readonly<Record<string, ReadObject>> = {
  'a row more': { ...OBJECT, rows: [...OBJECT.rows, row('more', REFERENCE)] },
  'a row less': { ...OBJECT, rows: OBJECT.rows.slice(1) },
  'rows in another order': { ...OBJECT, rows: OBJECT.rows.toReversed() },
  'a group more': { ...OBJECT, groups: [...OBJECT.groups, { ...OBJECT.groups[0], signature: 'main' }] },
  'a name that begins with another': changed(4, { name: 'wantedwanted' }),
  'the size of data': changed(2, { size: 64 }),
  'every flag': changed(0, { flags: DEFINITION }),
};

describe('a change that a planner may see is another digest', () => {
  test.each(Object.entries({ ...INFO, ...COLUMNS, ...GROUPS, ...SHAPES }))('%s', (_, object) => {
    const { digest, view } = seen(object);
    expect(view).not.toEqual(BASE.view);
    expect(digest).not.toBe(BASE.digest);
  });

  test('each bit of the flags', () => {
    const digests = Array.from({ length: 16 }, (_, bit) => seen(changed(4, { flags: 1 << bit })).digest);
    expect(new Set([BASE.digest, ...digests]).size).toBe(17);
  });

  test('the size of a WebAssembly function, which holds its signature', () => {
    const sizes = [16, 24].map((size) => seen(changed(0, { size }), '\0asm'));
    expect(sizes[0].digest).not.toBe(sizes[1].digest);
  });
});

describe('a change that no planner sees is the same digest', () => {
  test.each<[string, ReadObject]>([
    ['the size of a function', changed(0, { size: 4096 })],
    [
      'numbers of sections',
      { ...OBJECT, rows: OBJECT.rows.map((one) => ({ ...one, section: one.section === NONE ? NONE : 7 })) },
    ],
  ])('%s', (_, object) => {
    expect(seen(object)).toEqual(BASE);
  });

  test('the files that were read before', () => {
    expect(seen(OBJECT, '\x7fELF', ['wanted', 'x', 'main']).digest).toBe(BASE.digest);
  });
});

describe('what a digest cannot tell', () => {
  test.each<[string, object]>([
    ['a typed array', { notIndexed: new Uint8Array(1) }],
    ['a map', { notIndexed: new Map() }],
    ['a function', { notIndexed: () => [] }],
  ])('%s: the bytes count', (_, by) => {
    expect(seen(withInfo(by as Partial<ObjectInfo>)).digest).toBeNull();
  });

  test('an object that is read again: its bytes count', () => {
    const recorder = new InterfaceRecorder();
    const builder = new SymbolTableBuilder();
    const source = ByteSource.of('x.o', bytes('\x7fELF'));
    const content = { kind: 'object', info: OBJECT.info } as const;
    const objects = [0, 1].map((member) =>
      recorder.record(member, source, builder, (sink) => {
        builder.beginMember();
        handOn(OBJECT, sink);
        return content;
      }),
    );
    expect([...recorder.digests()]).toEqual([
      [0, BASE.digest],
      [1, BASE.digest],
    ]);
    objects[1].source.slice(1, 2, 'section').view(0, 1, 'byte');
    expect([...recorder.digests().keys()]).toEqual([0]);
  });
});
