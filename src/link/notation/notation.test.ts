import { describe, expect, test } from 'vitest';
import { moduleHash } from '../../symbols/bitcode/module-hash.js';
import { isHidden, isTls, isWeak } from '../../symbols/flags.js';
import { NONE } from '../../symbols/table.js';
import { NotationError, parseNotation } from './notation.js';
import { printNotation, readNotation } from './notation-text.js';
import { writeNotation } from './write-notation.js';

describe('link inputs in nm letters', () => {
  test('files have the order of the link row, with groups and whole archives', () => {
    const { inputs, line } = parseNotation(`
      link: -u g --start-group liba.a --end-group --whole-archive libb.a --no-whole-archive main.o -la
      main.o:
        U f
      libb.a(b.o):
        T g [hidden] h [tls]
      liba.a(a.o):   # a comment
        W f
    `);
    expect(inputs.archives.map(({ path }) => path)).toEqual(['liba.a', 'libb.a']);
    expect(inputs.members.map(({ name }) => name)).toEqual(['a.o', 'b.o', 'main.o']);
    expect(line.items).toEqual([
      { kind: 'archive', archive: 0, whole: false, group: 0 },
      { kind: 'archive', archive: 1, whole: true, group: NONE },
      { kind: 'object', member: 2, group: NONE },
      { kind: 'archive', archive: 0, whole: false, group: NONE },
    ]);
    expect(line.roots.map(({ name }) => inputs.symbols.names.text(name))).toEqual(['g', 'main']);
    const [f, g, h] = inputs.symbols.flags;
    expect([isWeak(f), isHidden(g), isHidden(h), isTls(h)]).toEqual([true, true, false, true]);
  });

  test('equal rows are equal bytes, unless the content is said to differ', () => {
    const { inputs } = parseNotation('a.o:\n T f\nb.o:\n  T   f\nc.o: [content=B]\n T f\n');
    const [a, b, c] = inputs.members.map(({ source }) => Buffer.from(source.bytes('')));
    expect(a.equals(b)).toBe(true);
    expect(a.equals(c)).toBe(false);
  });

  test('an archive lists its definitions, or what its index row says', () => {
    const { inputs } = parseNotation(`
      index libk.a: g=k.o#1 f=k.o x=?
      index libn.a: none
      libk.a(k.o):
        T f
      libk.a(k.o):
        T g
        U x
      libn.a(n.o):
        T n
      libm.a(m.o):
        C m [size=16]
        w x
    `);
    const { names } = inputs.symbols;
    const [k, n, m] = inputs.archives.map(({ index }) => index);
    expect(Array.from(k?.name ?? [], (name) => names.text(name))).toEqual(['g', 'f', 'x']);
    expect(k?.member).toEqual(Int32Array.of(1, 0, NONE));
    expect(n).toBeNull();
    expect(Array.from(m?.name ?? [], (name) => names.text(name))).toEqual(['m']);
  });

  test('a group is one for all its symbols, a constructor one more entry of its section', () => {
    const { inputs } = parseNotation(
      'a.o:\n W f [group=s] g [group=s] h\n t ctor [init=00099]\n t dtor [init=00099]',
    );
    expect(inputs.symbols.group).toEqual(Int32Array.of(0, 0, NONE));
    expect(inputs.contents[0]).toMatchObject({
      info: {
        sideEffects: [
          { kind: 'constructors', section: '.init_array.00099', entries: ['ctor+0x0', 'dtor+0x0'] },
        ],
      },
    });
  });

  test('bitcode carries the hash it is said to have', () => {
    const { inputs } = parseNotation('a.o: [bitcode=5817923044627203590]\n T f');
    const [content] = inputs.contents;
    if (content.kind !== 'object' || !content.info.bitcode) throw new Error('no bitcode');
    const { offset, size } = content.info.bitcode;
    expect(moduleHash(inputs.members[0].source, offset, size)).toEqual(['5817923044627203590']);
  });

  test('what is printed reads back the same', () => {
    const text = `format: macho
link: -u g main.o liba.a
index liba.a: g=x.o#1 f=x.o
main.o:
  U g
liba.a(x.o): [content=A]
  T f [hidden] [size=3]
liba.a(x.o):
  T g
  W "-[Foo bar:]"
`;
    expect(printNotation(readNotation(text))).toBe(text);
  });

  test('a link that was read is written as one that resolves the same', () => {
    const { inputs, line } = parseNotation(`
      link: -u g --start-group liba.a --end-group main.o
      main.o:
        U g [hidden]
        C c [size=16]
      liba.a(x.o):
        T g [group=s]
        D t [tls]
        d state
        t ctor [init]
    `);
    const again = parseNotation(writeNotation(inputs, line));
    expect(again.line).toEqual(line);
    expect(again.inputs.symbols.flags).toEqual(inputs.symbols.flags);
    expect(again.inputs.symbols.size).toEqual(inputs.symbols.size);
    expect(again.inputs.symbols.name).toEqual(inputs.symbols.name);
    expect(again.inputs.contents).toEqual(inputs.contents);
  });

  test.each([
    ['a.o:\n Z f', "line 2: no letter 'Z'"],
    ['a.o:\n T f [hiden]', 'line 2: no mark [hiden]'],
    ['T f', "line 1: 'T f' belongs to no member"],
    ['link: a.o b.o\na.o:\n T f', 'line 1: no block for b.o'],
    ['link: a.o\na.o:\n T f\nb.o:\n T g', 'line 1: b.o is not on the line'],
    ['index l.a: f=b.o\nl.a(a.o):\n T f', 'line 1: no member b.o'],
  ])('%j is refused', (text, problem) => {
    expect(() => parseNotation(text)).toThrow(NotationError);
    expect(() => parseNotation(text)).toThrow(problem);
  });
});
