import { Given, ItemKind, Reason } from '../../core/link/parts.js';
import type { GivenColumns } from '../../symbols/given-columns.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import { finalTargets } from '../command/line-definition.js';
import type { LinkGraph } from '../inputs/link-graph.js';
import type { LineItem, LinkLine, Root } from '../line/link-line.js';
import type { LinkerProfile } from '../linkers/linker-profile.js';
import { stringSetOrder } from '../linkers/llvm-string-set.js';
import { starts } from './graph-columns.js';
import { giveRequests } from './request-columns.js';

/** Gives the core the columns of a link line. */
export function giveLine(
  given: GivenColumns,
  graph: LinkGraph,
  line: LinkLine,
  profile: LinkerProfile,
): void {
  giveRoots(given, graph, line, profile);
  const items = [...line.items];
  giveRequests(given, line, graph.inputs.members.length, items);
  giveItems(given, items);
  const { wrapped } = line;
  given.give(Given.WRAPPED_NAME, column(wrapped.map(({ name }) => name)));
  given.give(Given.WRAPPER_NAME, column(wrapped.map(({ wrap }) => wrap)));
  given.give(Given.REAL_NAME, column(wrapped.map(({ real }) => real)));
  const targets = finalTargets(line.items.filter((item) => item.kind === 'definition'));
  given.give(Given.DEFINED_NAME, column([...targets.keys()]));
  given.give(Given.DEFINED_AS, column([...targets.values()].map((target) => target ?? NONE)));
}

/** No rows are one column, which is given once. */
export const column = (rows: readonly number[]): Int32Array | undefined =>
  rows.length === 0 ? undefined : Int32Array.from(rows);

function giveItems(given: GivenColumns, items: readonly LineItem[]): void {
  const listed = items.map(listedOf);
  given.give(Given.ITEM_KIND, Uint8Array.from(items, kindOf));
  given.give(Given.ITEM_ID, Int32Array.from(items, idOf));
  given.give(
    Given.ITEM_GROUP,
    Int32Array.from(items, ({ group }) => group),
  );
  given.give(Given.ITEM_OPTION, Int32Array.from(items, optionOf));
  given.give(Given.FIRST_LISTED, starts(listed.map(({ length }) => length)));
  given.give(Given.LISTED, column(listed.flat()));
}

const KINDS: Readonly<Record<LineItem['kind'], ItemKind>> = {
  object: ItemKind.OBJECT,
  'lazy-object': ItemKind.LAZY_OBJECT,
  definition: ItemKind.DEFINITION,
  'shared-library': ItemKind.SHARED_LIBRARY,
  archive: ItemKind.ARCHIVE,
};

const kindOf = (item: LineItem): ItemKind =>
  item.kind === 'archive' && item.whole ? ItemKind.WHOLE_ARCHIVE : KINDS[item.kind];

function idOf(item: LineItem): number {
  if (item.kind === 'archive') return item.archive;
  return item.kind === 'definition' ? item.name : item.member;
}

function optionOf(item: LineItem): number {
  if (item.kind === 'lazy-object') return item.library;
  return Number(
    (item.kind === 'shared-library' && item.asNeeded) || (item.kind === 'archive' && item.isDefault === true),
  );
}

/** Members that an item loads besides what its kind says, or names that a definition refers to. */
function listedOf(item: LineItem): readonly MemberId[] {
  if (item.kind === 'definition') return item.references;
  return item.kind === 'archive' && !item.whole ? (item.loads ?? []) : [];
}

const REASONS: Readonly<Record<Root['reason'], Reason>> = {
  option: Reason.OPTION,
  export: Reason.EXPORT,
  'start-function': Reason.START_FUNCTION,
  definition: Reason.DEFINITION,
  entry: Reason.ENTRY,
  'start-up': Reason.START_UP,
  'open-world': Reason.OPEN_WORLD,
};

interface RootColumns {
  readonly names: Int32Array;
  readonly reasons: Uint8Array;
}

/** Of the roots of a line, which in an open world are all names that C can spell. */
const known = new WeakMap<readonly Root[], RootColumns>();

function giveRoots(given: GivenColumns, graph: LinkGraph, line: LinkLine, profile: LinkerProfile): void {
  const roots = inOrderOfExports(graph, line.roots, profile);
  const { names, reasons } = known.get(roots) ?? {
    names: Int32Array.from(roots, ({ name }) => name),
    reasons: Uint8Array.from(roots, ({ reason }) => REASONS[reason]),
  };
  known.set(roots, { names, reasons });
  given.give(Given.ROOT_NAME, names);
  given.give(Given.ROOT_REASON, reasons);
}

/** See `LinkerProfile.exportOrder`. */
function inOrderOfExports(
  { inputs }: LinkGraph,
  roots: readonly Root[],
  { exportOrder }: LinkerProfile,
): readonly Root[] {
  const isExport = ({ reason }: Root): boolean => reason === 'export';
  const exported = exportOrder === 'as-given' ? [] : roots.filter(isExport);
  if (exportOrder === 'as-given' || exported.length < 2) return roots;
  const { names } = inputs.symbols;
  const sorted = stringSetOrder(
    exported.map(({ name }) => name),
    (name) => names.bytes(name),
    exportOrder,
  );
  return [
    ...roots.filter((root) => !isExport(root)),
    ...sorted.map((name): Root => ({ name, reason: 'export' })),
  ];
}
