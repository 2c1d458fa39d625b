import { once } from '../../bytes/once.js';
import { Given } from '../../core/link/parts.js';
import { unsigned } from '../../engine/core.js';
import type { NamePattern } from '../../origin/name-pattern.js';
import { columnsIn, foundIn, type GivenColumns, UNSOUND } from '../../symbols/given-columns.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import type { Inputs } from '../inputs/inputs.js';
import type { LinkGraph } from '../inputs/link-graph.js';
import { giveEntries, giveRows } from './graph-columns.js';
import type { Resolution } from './resolution.js';

/*
 * Searches through all rows of a graph, by the core: src/core/link/row-searches.ts.
 */

function searched(graph: LinkGraph): GivenColumns {
  const given = columnsIn(graph.inputs.symbols.names);
  giveRows(given, graph);
  return given;
}

function searchedWithIndexes(graph: LinkGraph): GivenColumns {
  // Interns names before the core counts them.
  void graph.indexed;
  const given = searched(graph);
  giveEntries(given, graph);
  return given;
}

/** Bit of `flagsPresent` for the role 0; those of the other roles follow. */
export const ROLE_PRESENT = 1 << 16;

/** The flags that some symbol has, and a bit for each role. */
export const flagsPresent = once((graph: LinkGraph): number => searched(graph).core.exports.flagsPresent());

/** By MemberId: definitions that are strong and in no COMDAT group. */
export const strongDefinitions = once((graph: LinkGraph): Int32Array => {
  const { core } = searched(graph);
  return core.numbers(core.exports.countStrongDefinitions(), graph.inputs.members.length);
});

/**
 * Strong definitions in no COMDAT group of names, as stored, that have two or more of them, in ascending order.
 * @param leftOut by MemberId: 1 for members whose definitions do not count
 */
export function sharedDefinitions({ inputs }: LinkGraph, leftOut: Uint8Array): Int32Array {
  const given = columnsIn(inputs.symbols.names);
  giveRows(given, { inputs, name: inputs.symbols.name });
  given.giveAnew(Given.DROPPED, leftOut);
  if (given.core.exports.findSharedNames() === 0) throw new RangeError(UNSOUND);
  return foundIn(given.core);
}

/** Whether each index lists what the members define, in their order. */
export const areIndexesExact = once(
  (graph: LinkGraph): boolean => searchedWithIndexes(graph).core.exports.areIndexesExact() !== 0,
);

/** Whether a file weakly references a name that a file defines, or an index lists. */
export const isWeakReferenceOffered = once(
  (graph: LinkGraph): boolean => searchedWithIndexes(graph).core.exports.isWeakReferenceOffered() !== 0,
);

/** Definitions of names in all files, in ascending order. */
export const definitionsOf = (graph: LinkGraph, names: Int32Array): Int32Array =>
  rowsOfNames(graph, names, false);

/** Strong references to names in all files, in ascending order. */
export const strongReferencesTo = (graph: LinkGraph, names: Int32Array): Int32Array =>
  rowsOfNames(graph, names, true);

function rowsOfNames(graph: LinkGraph, names: Int32Array, ofReferences: boolean): Int32Array {
  const given = searched(graph);
  given.giveAnew(Given.SOUGHT_NAME, names);
  if (given.core.exports.findRowsOfNames(ofReferences) === 0) throw new RangeError(UNSOUND);
  return foundIn(given.core);
}

/** By NameId: the first file of a link that references it; NONE if only roots do. */
export function firstUsers(graph: LinkGraph, { loaded, winners }: Resolution): Int32Array {
  const given = searched(graph);
  const { core } = given;
  given.giveAnew(Given.LOADED_FILES, Int32Array.from(loaded));
  if (core.exports.findFirstUsers() === 0) throw new RangeError(UNSOUND);
  return core.numbers(core.exports.firstUsers(), winners.length);
}

/**
 * By ArchiveId: how many members of other archives its own members could replace, counted by classes.
 * @param content, unit by MemberId: the class of equal content and the unit, or NONE
 */
export function servedMembers(inputs: Inputs, content: Int32Array, unit: Int32Array): Float64Array {
  const { archives, members, symbols } = inputs;
  const given = columnsIn(symbols.names);
  giveRows(given, { inputs, name: symbols.name });
  given.giveAnew(Given.CONTENT_CLASS, firstsOfClasses(content));
  given.giveAnew(Given.UNIT_CLASS, firstsOfClasses(unit));
  const archive = Int32Array.from(members, (member) =>
    member.archive === NONE ? archives.length : member.archive,
  );
  given.giveAnew(Given.ARCHIVE, archive);
  const { core } = given;
  const served = unsigned(core.exports.countServedMembers());
  if (served === 0) throw new RangeError(UNSOUND);
  return new Float64Array(core.buffer, served, archives.length).slice();
}

/** By MemberId: the first member of its class, as the number of the class: classes may have larger numbers. */
function firstsOfClasses(column: Int32Array): Int32Array {
  const firsts = new Map<number, MemberId>();
  return column.map((classId, member) => {
    if (classId === NONE) return NONE;
    const first = firsts.get(classId) ?? member;
    firsts.set(classId, first);
    return first;
  });
}

/**
 * Names that files define and that other objects can spell, in the order of their first such definition: neither
 * private to a compiler nor hidden with a dot in it.
 * @param patterns of names that are private to their compiler, as objects spell them
 * @param ofObjects whether an object must define the name; otherwise, a shared library may
 */
export function namesOfUnknownUsers(
  graph: Pick<LinkGraph, 'inputs' | 'name'>,
  patterns: readonly NamePattern[],
  ofObjects: boolean,
): Int32Array {
  const given = columnsIn(graph.inputs.symbols.names);
  giveRows(given, graph);
  const { core } = given;
  const staged = core.stage(`${patterns.map((pattern) => `${pattern}\0`).join('')}\0`);
  core.exports.findNamesOfUnknownUsers(staged, ofObjects);
  return foundIn(core);
}
