import { describe, expect, test } from 'vitest';
import { isDefined, isLocalState, isReference, isState } from './flags.js';
import { linkageDigests, selectRows, symbolDigests } from './symbol-rows.js';
import { NONE, type SymbolTable, SymbolTableBuilder } from './table.js';

/** Rows and digests of the core are those that the tests of flags give. */

const ALL_FLAGS = 1 << 14;
/** Flags of a symbol of each role. */
const ALL_KINDS = Array.from({ length: 16 }, (_, flags) => flags);
const NAMES = ['f', 'g', '_GLOBAL_OFFSET_TABLE_', 'h', '__stack_pointer'];

/** Symbols with all flags that there are, in members of 0 to 6 symbols. */
function everyKind(): SymbolTable {
  const builder = new SymbolTableBuilder();
  for (let flags = 0, member = 0; flags < ALL_FLAGS; member++) {
    builder.beginMember();
    for (let own = 0; own < member % 7 && flags < ALL_FLAGS; own++, flags++)
      builder.symbol(builder.names.internText(NAMES[flags % NAMES.length]), flags, 1, 0, NONE, 0);
  }
  return builder.finish();
}

const table = everyKind();
const members = Array.from({ length: table.firstSymbol.length - 1 }, (_, member) => member);
const symbolsOf = (member: number): number[] =>
  Array.from(
    { length: table.firstSymbol[member + 1] - table.firstSymbol[member] },
    (_, at) => table.firstSymbol[member] + at,
  );

describe.each([
  ['definition', isDefined],
  ['reference', isReference],
  ['state', isState],
] as const)('rows of a %s', (kind, isOne) => {
  test('are all that the flags say, by member', () => {
    const { first, row } = selectRows(table, kind);
    const expected = members.map((member) =>
      symbolsOf(member).filter((symbol) => isOne(table.flags[symbol])),
    );
    expect(members.map((member) => [...row.subarray(first[member], first[member + 1])])).toEqual(expected);
  });

  test('of a table with other flags are its own, and those of the first one stay', () => {
    const before = [...selectRows(table, kind).row];
    const turned = { ...table, flags: table.flags.toReversed() };
    const expected = members.flatMap((member) =>
      symbolsOf(member).filter((symbol) => isOne(turned.flags[symbol])),
    );
    expect([...selectRows(turned, kind).row]).toEqual(expected);
    expect([...selectRows(table, kind).row]).toEqual(before);
  });
});

test('promoted definitions are those whose names end with the hash of a module', () => {
  const builder = new SymbolTableBuilder();
  const texts = [
    ...['x.llvm.12', 'f', '.llvm.0', 'x.llvm.', 'x.llvm.1a', 'llvm.12', '12', '', 'x.llvm.1.llvm.23'],
    ...['x.llvn.12', 'x.llvm.12.lto'],
  ];
  for (const kind of ALL_KINDS) {
    builder.beginMember();
    for (const text of texts) builder.symbol(builder.names.internText(text), kind, 1, 0, NONE, 0);
  }
  const symbols = builder.finish();
  const { name, names, flags } = symbols;
  const { row } = selectRows(symbols, 'promoted');
  const isPromoted = (text: string) => /\.llvm\.\d+$/.test(text);
  const expected = [...flags.keys()].filter((at) => isDefined(flags[at]) && isPromoted(names.text(name[at])));
  expect([...row]).toEqual(expected);
  expect(row).toHaveLength(3 * ALL_KINDS.filter(isDefined).length);
});

const mixed = (digest: number, symbol: number): number =>
  Math.imul(digest ^ table.name[symbol] ^ (table.flags[symbol] << 16), 0x01000193);

test('digests of all symbols of a member', () => {
  const expected = members.map((member) => {
    const own = symbolsOf(member);
    return own.reduce(mixed, own.length);
  });
  expect([...symbolDigests(table)]).toEqual(expected);
});

test('digests of linkage leave out local state and two names', () => {
  const leftOut = [table.names.find(NAMES[2]), table.names.find(NAMES[4])] as const;
  const { digest, definesAny } = linkageDigests(table, leftOut);
  const linkage = members.map((member) =>
    symbolsOf(member).filter(
      (symbol) => !isLocalState(table.flags[symbol]) && !leftOut.includes(table.name[symbol]),
    ),
  );
  expect([...digest]).toEqual(linkage.map((own) => own.reduce(mixed, 0)));
  expect([...definesAny]).toEqual(
    linkage.map((own) => Number(own.some((symbol) => isDefined(table.flags[symbol])))),
  );
});

test('a table without members', () => {
  const empty = new SymbolTableBuilder().finish();
  expect(selectRows(empty, 'state')).toEqual({ first: Int32Array.of(0), row: new Int32Array(0) });
  expect(symbolDigests(empty)).toHaveLength(0);
});
