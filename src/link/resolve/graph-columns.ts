import { Content, Given } from '../../core/link/parts.js';
import type { Column, GivenColumns } from '../../symbols/given-columns.js';
import { type Group, SELECTIONS, type SymbolTable } from '../../symbols/table.js';
import type { Inputs } from '../inputs/inputs.js';
import { type LinkGraph, localNamesOf, type Offers } from '../inputs/link-graph.js';
import type { LinkerProfile } from '../linkers/linker-profile.js';
import type { ReadLink } from './read-link.js';
import { weakDefaults } from './weak-external-defaults.js';

/** A column, and its rows; none without them. */
type GivenRows = readonly [column: Given, rows?: Column | undefined];

/** Gives the core the columns of a graph that a linker reads. @returns whether it did not have one of them yet */
export function giveGraph(given: GivenColumns, { read, bound, profile }: ReadLink): boolean {
  const { inputs } = bound;
  // Columns that few linkers read stay where they are for the next one, but not those of another graph.
  const isOther = given.owner !== inputs;
  given.owner = inputs;
  const choose = (isRead: boolean, rows: () => readonly GivenRows[], none: readonly GivenRows[]) =>
    isRead ? rows() : isOther ? none : [];
  const columns: readonly GivenRows[] = [
    [Given.BOUND_NAME, bound.name],
    [Given.READ_NAME, read.name === bound.name ? undefined : read.name],
    ...columnsOf(inputs),
    ...choose(readsIndex(profile), () => joinEntries(bound.indexed), NO_ENTRIES),
    ...choose(profile.offersLocals, () => localsOf(inputs), NO_LOCALS),
    ...choose(profile.weakTie === 'lld-link', () => defaultsOf(bound), NO_DEFAULTS),
    ...(profile.imports === 'exact' ? NO_IMPORTS : joinImports(bound.importedBy)),
  ];
  return columns.filter(([column, rows]) => given.give(column, rows)).length > 0;
}

/** LLD, mold and wild read members in place of an index. */
const readsIndex = ({ trustsIndex, extraction }: LinkerProfile): boolean =>
  extraction === 'eager' ? trustsIndex : extraction !== 'reachability' && extraction !== 'first-definition';

const NO_ENTRIES: readonly GivenRows[] = [[Given.FIRST_ENTRY], [Given.ENTRY_NAME], [Given.ENTRY_MEMBER]];
const NO_LOCALS: readonly GivenRows[] = [[Given.FIRST_LOCAL], [Given.LOCAL_NAME]];
const NO_DEFAULTS: readonly GivenRows[] = [[Given.WEAK_DEFAULT]];
const NO_IMPORTS: readonly GivenRows[] = [[Given.POINTER_NAME], [Given.IMPORTED_NAME]];

/** Values of a function, made once for each argument. */
function once<Key extends object, Value>(make: (key: Key) => Value): (key: Key) => Value {
  const known = new WeakMap<Key, Value>();
  return (key) => {
    const found = known.get(key) ?? make(key);
    known.set(key, found);
    return found;
  };
}

const columnsOf = once((inputs: Inputs): readonly GivenRows[] => [
  ...symbolColumns(inputs.symbols),
  ...groupColumns(inputs.symbols.groups),
  [Given.CONTENT, Uint8Array.from(inputs.contents, ({ kind }) => CONTENTS[kind] ?? Content.OTHER)],
  [Given.FIRST_MEMBER, Int32Array.from(inputs.archives, ({ firstMember }) => firstMember)],
  [
    Given.END_MEMBER,
    Int32Array.from(inputs.archives, ({ firstMember, stored }) => firstMember + stored.members.length),
  ],
  [Given.HAS_INDEX, Uint8Array.from(inputs.archives, ({ index }) => Number(index !== null))],
]);

const CONTENTS: Readonly<Record<string, Content>> = {
  object: Content.OBJECT,
  'shared-library': Content.SHARED_LIBRARY,
};

const symbolColumns = ({
  flags,
  group,
  member,
  size,
  alignment,
  firstSymbol,
}: SymbolTable): readonly GivenRows[] => [
  [Given.FLAGS, flags],
  [Given.GROUP, group],
  [Given.MEMBER, member],
  [Given.SIZE, size],
  [Given.ALIGNMENT, alignment],
  [Given.FIRST_SYMBOL, firstSymbol],
];

const groupColumns = (groups: readonly Group[]): readonly GivenRows[] => [
  [Given.SIGNATURE, Int32Array.from(groups, ({ signature }) => signature)],
  [Given.SELECTION, Uint8Array.from(groups, ({ selection }) => SELECTIONS.indexOf(selection))],
  [Given.GROUP_SIZE, Float64Array.from(groups, ({ size }) => size)],
  [Given.GROUP_DIGEST, Float64Array.from(groups, ({ digest }) => digest)],
];

const joinEntries = once((indexed: readonly Offers[]): readonly GivenRows[] => [
  [Given.FIRST_ENTRY, starts(indexed.map(({ name }) => name.length))],
  [Given.ENTRY_NAME, joined(indexed.map(({ name }) => name))],
  [Given.ENTRY_MEMBER, joined(indexed.map(({ member }) => member))],
]);

const localsOf = once((inputs: Inputs): readonly GivenRows[] => {
  const locals = inputs.members.map(({ id }) => localNamesOf(inputs, id));
  return [
    [Given.FIRST_LOCAL, starts(locals.map(({ length }) => length))],
    [Given.LOCAL_NAME, joined(locals)],
  ];
});

const joinImports = once((importedBy: LinkGraph['importedBy']): readonly GivenRows[] => [
  [Given.POINTER_NAME, Int32Array.from(importedBy.keys())],
  [Given.IMPORTED_NAME, Int32Array.from(importedBy.values())],
]);

const defaultsOf = (graph: LinkGraph): readonly GivenRows[] => [[Given.WEAK_DEFAULT, weakDefaults(graph)]];

/** Where each of some runs begins if they follow one another, and where the last one ends. */
export function starts(lengths: readonly number[]): Int32Array {
  const first = new Int32Array(lengths.length + 1);
  for (const [at, length] of lengths.entries()) first[at + 1] = first[at] + length;
  return first;
}

function joined(runs: readonly Int32Array[]): Int32Array {
  const first = starts(runs.map(({ length }) => length));
  const all = new Int32Array(first.at(-1) ?? 0);
  for (const [at, run] of runs.entries()) all.set(run, first[at]);
  return all;
}
