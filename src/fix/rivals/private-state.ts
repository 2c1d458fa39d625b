import { isFunction } from '../../symbols/flags.js';
import type { NameId } from '../../symbols/names.js';
import { NONE, type SymbolId } from '../../symbols/table.js';
import type { LinkState } from '../cure-state.js';
import { ownArchive } from '../problems/foreign-definitions.js';
import type { SilentCollision } from '../problems/silent-collision.js';
import { isUsedOutside, rivalFunctions } from './foreign-uses.js';

/**
 * Whether a global is private to each of two archives that give one name to different things: no other file refers to
 * it, and both archives have a function of one name and of different content, which is private as well. Two parsers of
 * yacc in two libraries are an example.
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
  const homes = archivesWith(link, name);
  if (homes.size < 2 || isUsedOutside(graph, resolution, name)) return false;
  const functions = [
    ...rivalFunctions(link).map((one) => ({ rival: one.name, pair: [one.winner, one.loser] })),
    ...collisions
      .filter(({ kind, bound }) => kind === 'foreign-definition' && isFunction(flags[bound]))
      .map((one) => ({ rival: one.name, pair: [one.bound, one.meant] })),
  ];
  return functions.some(
    ({ rival, pair }) =>
      pair.every((one) => homes.has(ownArchive(graph, member[one]))) &&
      !isUsedOutside(graph, resolution, rival),
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
