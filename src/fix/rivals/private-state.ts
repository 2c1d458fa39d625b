import { isFunction, isLocalState, isTls } from '../../symbols/flags.js';
import type { NameId } from '../../symbols/names.js';
import { type MemberId, NONE, type SymbolId } from '../../symbols/table.js';
import type { LinkState } from '../cure-state.js';
import { ownArchive } from '../problems/foreign-definitions.js';
import type { SilentCollision } from '../problems/silent-collision.js';
import { isUsedOutside, refersTo, rivalFunctions } from './foreign-uses.js';
import { areVersionsOfOneFile } from './one-source.js';

/**
 * Whether a global is private to each of two archives that give one name to different things: no other file refers to
 * it, and its definitions cannot be one, or both archives have a function of one name and of different content, which
 * is private as well. Two parsers of yacc in two libraries are an example. A file of which both archives have a copy
 * has to refer to that function: code that a generator wrote for each library, called by one runtime.
 */
export function isPrivateState(
  link: LinkState,
  collisions: readonly SilentCollision[],
  symbol: SymbolId,
): boolean {
  const { graph } = link.subject.prepared;
  const { member, flags } = graph.inputs.symbols;
  const [resolution] = link.resolutions;
  const name = graph.name[symbol];
  const ofCopies = archivesWithCopies(link, member[symbol]);
  const isLocal = isLocalState(flags[symbol]);
  const homes = isLocal ? ofCopies : archivesWith(link, name);
  if (homes.size < 2 || (!isLocal && isUsedOutside(graph, resolution, name))) return false;
  if (hasRivalShapes(link, name)) return true;
  const functions = [
    ...rivalFunctions(link).map((one) => ({ rival: one.name, pair: [one.winner, one.loser] })),
    ...collisions
      .filter(({ kind, bound }) => kind === 'foreign-definition' && isFunction(flags[bound]))
      .map((one) => ({ rival: one.name, pair: [one.bound, one.meant] })),
  ];
  // Copies of a file are one to their libraries, unless each has to call its own library's function; so are versions.
  if (ofCopies.size < 2 && areVersions(link, symbol)) return false;
  return functions.some(
    ({ rival, pair }) =>
      pair.every((one) => homes.has(ownArchive(graph, member[one]))) &&
      !isUsedOutside(graph, resolution, rival) &&
      (ofCopies.size < 2 || refersTo(graph, member[symbol], rival)),
  );
}

/** Whether one definition of a duplicate name is thread-local and another is not: no code can use both. */
function hasRivalShapes({ subject, resolutions: [{ clashes }] }: LinkState, name: NameId): boolean {
  const { flags } = subject.prepared.graph.inputs.symbols;
  const definitions = clashes.find((clash) => clash.name === name)?.definitions ?? [];
  return new Set(definitions.map((one) => isTls(flags[one]))).size > 1;
}

/** Archives of the user that have a copy of a file. */
function archivesWithCopies({ subject }: LinkState, member: MemberId): Set<number> {
  const { graph, twins } = subject.prepared;
  const found = new Set([member, ...twins.alikeOf(member)].map((one) => ownArchive(graph, one)));
  found.delete(NONE);
  return found;
}

/** Whether files that define a name are versions of one, such as a runtime that each library compiled. */
function areVersions({ subject }: LinkState, symbol: SymbolId): boolean {
  const { graph, twins } = subject.prepared;
  const { first, row } = graph.rows.definitions;
  const name = graph.name[symbol];
  const file = graph.inputs.symbols.member[symbol];
  return graph.inputs.members.some(
    ({ id }) =>
      id !== file &&
      row.subarray(first[id], first[id + 1]).some((one) => graph.name[one] === name) &&
      (areVersionsOfOneFile(graph, twins, id, file) || areVersionsOfOneFile(graph, twins, file, id)),
  );
}

/** Archives of the user that define a name. */
function archivesWith({ subject }: LinkState, name: NameId): Set<number> {
  const { graph } = subject.prepared;
  const { first, row } = graph.rows.definitions;
  const found = new Set<number>();
  for (const { id } of graph.inputs.members)
    for (let at = first[id]; at < first[id + 1]; at++)
      if (graph.name[row[at]] === name) found.add(ownArchive(graph, id));
  found.delete(NONE);
  return found;
}
