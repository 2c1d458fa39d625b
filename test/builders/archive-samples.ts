import {
  BLANK_META,
  build,
  buildAix,
  coffIndex,
  concat,
  cStrings,
  inlineNamed,
  META,
  numbers,
  offsetIndex,
  type Part,
  padded,
  pairIndex,
  REGULAR,
  THIN,
  text,
} from './build-archive.js';

/** An archive of each kind with three members: the middle one has an odd size, the last one a long name. All of
 * them define `first`, `second` and `third` in turn, and the last one `first` once more. */
export interface Sample {
  readonly bytes: Uint8Array;
  readonly kind: string;
  readonly names: readonly string[];
  /** Name and ordinal, in the order of the index; null without one. */
  readonly index: readonly (readonly [string, number])[] | null;
}

export const LONG = 'a_rather_long_member_name.o';
const NAMES = ['one.o', 'two.o', LONG] as const;
/** Sizes 16, 7 and 24. */
export const DATA = [text('first member....'), text('seven b'), text('the third of the members')];
/** Date, owner and mode that no tool writes by itself: they must survive. */
const ODD_META = '1500000000  1000  -12   100644  ';

const ROWS = [
  ['first', 0],
  ['second', 1],
  ['third', 2],
  ['first', 2],
] as const;
const UNIQUE = ROWS.slice(0, 3);

function at(shift: number, rows: readonly (readonly [string, number])[]): (readonly [string, number])[] {
  return rows.map(([name, ordinal]) => [name, ordinal + shift] as const);
}

const longNames = (content: string): Part => ({
  field: '//',
  meta: BLANK_META,
  data: padded(text(content), 2, 0x0a),
});
const gnuMembers = (meta = META): Part[] => [
  { field: 'one.o/', data: DATA[0], meta },
  { field: 'two.o/', data: DATA[1] },
  { field: '/0', data: DATA[2] },
];

/** Padded as LLVM does: as few NULs as align the data at this position. */
function llvmMembers(start: number, multiple: 2 | 8): Part[] {
  let position = start;
  return NAMES.map((name, ordinal) => {
    const nameSize = Math.ceil((position + 60 + name.length) / 8) * 8 - position - 60;
    const data = multiple === 8 ? padded(DATA[ordinal], 8, 0x0a) : DATA[ordinal];
    position += 60 + nameSize + data.length + (data.length % 2);
    return inlineNamed(name, nameSize, data, ordinal === 0 ? ODD_META : META);
  });
}

/** Padded as Apple does: the name rounded up to 8, and 4 more. */
function appleMembers(): Part[] {
  return NAMES.map((name, ordinal) =>
    inlineNamed(name, Math.ceil(name.length / 8) * 8 + 4, padded(DATA[ordinal], 8, 0x0a), ODD_META),
  );
}

/** Length of the archive up to the first member, of which LLVM's padding depends. */
function startOf(index: Part): number {
  return build(REGULAR, [index]).length;
}

function llvmBsd(index: Part, multiple: 2 | 8): Uint8Array {
  const sized: Part = { ...index, data: (index.data as (o: number[]) => Uint8Array)([0, 0, 0, 0]) };
  return build(REGULAR, [index, ...llvmMembers(startOf(sized), multiple)]);
}

const llvmIndex = (name: string, width: 4 | 8 = 4) => pairIndex(at(1, ROWS), { name, width, nameSize: 12 });
const coffRows = [...UNIQUE].sort(([a], [b]) => (a < b ? -1 : 1));
const names = [...NAMES];
const thinNames = 'lib/one.o/\ntwo.o/\nlib/one.o/\n';

export const samples: Record<string, Sample> = {
  gnu: {
    bytes: build(REGULAR, [offsetIndex(4, at(2, ROWS)), longNames(`${LONG}/\n`), ...gnuMembers(ODD_META)]),
    kind: 'gnu',
    names,
    index: ROWS,
  },
  gnu64: {
    bytes: build(REGULAR, [offsetIndex(8, at(2, ROWS)), longNames(`${LONG}/\n`), ...gnuMembers()]),
    kind: 'gnu64',
    names,
    index: ROWS,
  },
  'gnu without index': {
    bytes: build(REGULAR, [longNames(`${LONG}/\n`), ...gnuMembers()]),
    kind: 'gnu',
    names,
    index: null,
  },
  'gnu, short names alone': {
    bytes: build(REGULAR, gnuMembers().slice(0, 2)),
    kind: 'gnu',
    names: names.slice(0, 2),
    index: null,
  },
  'gnu, nothing in it': { bytes: text(REGULAR), kind: 'gnu', names: [], index: null },
  thin: {
    bytes: build(THIN, [
      offsetIndex(4, at(2, ROWS)),
      longNames(thinNames),
      { field: '/0', data: text(''), size: 16 },
      { field: '/11', data: text(''), size: 7 },
      { field: '/18:456', data: text(''), size: 4_000_000_000 },
    ]),
    kind: 'gnu',
    names: ['lib/one.o', 'two.o', 'lib/one.o'],
    index: ROWS,
  },
  bsd: { bytes: llvmBsd(llvmIndex('__.SYMDEF'), 2), kind: 'bsd', names, index: ROWS },
  'bsd, big endian, names not padded': {
    bytes: build(REGULAR, [
      pairIndex(at(1, ROWS), { name: '__.SYMDEF', nameSize: 0, littleEndian: false, alignment: 2 }),
      { field: 'one.o', data: DATA[0] },
      { field: 'two.o', data: DATA[1] },
      inlineNamed(LONG, LONG.length, DATA[2]),
    ]),
    kind: 'bsd',
    names,
    index: ROWS,
  },
  darwin: { bytes: llvmBsd(llvmIndex('__.SYMDEF'), 8), kind: 'darwin', names, index: ROWS },
  darwin64: { bytes: llvmBsd(llvmIndex('__.SYMDEF_64', 8), 8), kind: 'darwin64', names, index: ROWS },
  'darwin, Apple, sorted': {
    bytes: build(REGULAR, [
      pairIndex(at(1, UNIQUE), {
        name: '__.SYMDEF SORTED',
        nameSize: 20,
        countsPadding: true,
        meta: ODD_META,
      }),
      ...appleMembers(),
    ]),
    kind: 'darwin',
    names,
    index: UNIQUE,
  },
  'darwin, index name in the header': {
    bytes: build(REGULAR, [
      pairIndex(at(1, UNIQUE), { name: '__.SYMDEF SORTED', nameSize: 0, alignment: 4 }),
      ...appleMembers(),
    ]),
    kind: 'darwin',
    names,
    index: UNIQUE,
  },
  coff: {
    bytes: build(REGULAR, [
      offsetIndex(4, at(3, UNIQUE)),
      coffIndex(at(3, coffRows), [3, 4, 5]),
      longNames(`${LONG}\0`),
      ...gnuMembers(),
    ]),
    kind: 'coff',
    names,
    index: coffRows,
  },
  'coff with ARM64EC symbols and another special': {
    bytes: build(REGULAR, [
      offsetIndex(4, at(5, UNIQUE)),
      coffIndex(at(5, coffRows), [5, 6, 7]),
      longNames(`${LONG}/\n`),
      {
        field: '/<ECSYMBOLS>/',
        data: concat(numbers(4, true, 2), numbers(2, true, 1, 3), cStrings('#ec', 'third')),
      },
      { field: '/<HYBRIDMAP>/', data: text('opaque') },
      ...gnuMembers(),
    ]),
    kind: 'coff',
    names,
    index: coffRows,
  },
  'aix-big': {
    bytes: buildAix(
      NAMES.map((name, ordinal) => ({ name, data: DATA[ordinal] })),
      concat(numbers(8, false, 2, 128, 264), cStrings('first', 'second')),
    ),
    kind: 'aix-big',
    names,
    index: [
      ['first', 0],
      ['second', 1],
    ],
  },
};
