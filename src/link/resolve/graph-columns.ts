import { once } from '../../bytes/once.js';
import { Content, Given } from '../../core/link/parts.js';
import type { GivenColumns, GivenRows } from '../../symbols/given-columns.js';
import { type Group, SELECTIONS, type SymbolTable } from '../../symbols/table.js';
import type { Inputs } from '../inputs/inputs.js';
import { type LinkGraph, localNamesOf, type Offers } from '../inputs/link-graph.js';
import type { LinkerProfile } from '../linkers/linker-profile.js';
import type { ReadLink } from './read-link.js';
import { weakDefaults } from './weak-external-defaults.js';

/** Gives the core the columns of a graph that a linker reads. @throws RangeError if an id is not in its table */
export function giveGraph(given: GivenColumns, { read, bound, profile }: ReadLink): void {
  giveOwn(given, bound);
  given.giveAll([
    [Given.READ_NAME, read.name === bound.name ? undefined : read.name],
    ...(readsIndex(profile) ? entriesOf(bound) : []),
    ...(profile.offersLocals ? localsOf(bound.inputs) : []),
    ...(profile.weakTie === 'lld-link' ? defaultsOf(bound) : []),
    ...(profile.imports === 'exact' ? NO_IMPORTS : joinImports(bound.importedBy)),
  ]);
  given.requireSound();
}

/** Gives the core the columns that searches through all rows read. @throws RangeError if an id is not in its table */
export function giveRows(given: GivenColumns, graph: Pick<LinkGraph, 'inputs' | 'name'>): void {
  giveOwn(given, graph);
  given.requireSound();
}

/** Gives the core the indexes of all archives, too. @throws RangeError if an id is not in its table */
export function giveEntries(given: GivenColumns, graph: LinkGraph): void {
  given.giveAll(entriesOf(graph));
  given.requireSound();
}

/** Columns that few linkers read stay where they are for the next one, but not those of another graph. */
function giveOwn(given: GivenColumns, { inputs, name }: Pick<LinkGraph, 'inputs' | 'name'>): void {
  if (given.owner !== inputs) given.giveAll(NO_OTHERS);
  given.owner = inputs;
  given.giveAll([[Given.BOUND_NAME, name], ...columnsOf(inputs)]);
}

/** LLD, mold and wild read members in place of an index. */
const readsIndex = ({ trustsIndex, extraction }: LinkerProfile): boolean =>
  extraction === 'eager' ? trustsIndex : extraction !== 'reachability' && extraction !== 'first-definition';

const NO_IMPORTS: readonly GivenRows[] = [[Given.POINTER_NAME], [Given.IMPORTED_NAME]];
const NO_OTHERS: readonly GivenRows[] = [
  ...([
    [Given.READ_NAME],
    [Given.HAS_INDEX],
    [Given.FIRST_ENTRY],
    [Given.ENTRY_NAME],
    [Given.ENTRY_MEMBER],
  ] as const),
  ...([[Given.FIRST_LOCAL], [Given.LOCAL_NAME], [Given.WEAK_DEFAULT]] as const),
  ...NO_IMPORTS,
];

const columnsOf = once((inputs: Inputs): readonly GivenRows[] => [
  ...symbolColumns(inputs.symbols),
  ...groupColumns(inputs.symbols.groups),
  [Given.CONTENT, Uint8Array.from(inputs.contents, ({ kind }) => CONTENTS[kind] ?? Content.OTHER)],
  [Given.FIRST_MEMBER, Int32Array.from(inputs.archives, ({ firstMember }) => firstMember)],
  [
    Given.END_MEMBER,
    Int32Array.from(inputs.archives, ({ firstMember, stored }) => firstMember + stored.members.length),
  ],
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

const entriesOf = ({ inputs, indexed }: LinkGraph): readonly GivenRows[] => [
  ...hasIndex(inputs),
  ...joinEntries(indexed),
];

const hasIndex = once(({ archives }: Inputs): readonly GivenRows[] => [
  [Given.HAS_INDEX, Uint8Array.from(archives, ({ index }) => Number(index !== null))],
]);

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
