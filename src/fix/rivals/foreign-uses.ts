import type { ArchiveId } from '../../link/inputs/inputs.js';
import type { LinkGraph } from '../../link/inputs/link-graph.js';
import type { Resolution } from '../../link/resolve/resolution.js';
import { isMergeable } from '../../plan/edits/kinds/archive-survey.js';
import { sectionGraphs } from '../../plan/edits/section-graph.js';
import { DATA, isFunction, isReference, isState, kindOf } from '../../symbols/flags.js';
import type { NameId } from '../../symbols/names.js';
import { type MemberId, NONE, type SymbolId } from '../../symbols/table.js';
import type { CureState, LinkState } from '../cure-state.js';
import { archiveOf, sidesOf } from '../problems/duplicates.js';
import { ownArchive } from '../problems/foreign-definitions.js';
import { areVersionsOfOneFile, mayBeOneFile, shareCopies } from './one-source.js';
import { compareRivals } from './rival-content.js';

/** Two definitions of a name that the given link has: the one that references bind to, and a duplicate. */
export interface Rivals {
  readonly name: NameId;
  readonly winner: SymbolId;
  readonly loser: SymbolId;
}

/** Duplicate functions of a link whose content differs for certain, and not as versions of one library differ. */
export function rivalFunctions(link: LinkState): Rivals[] {
  const { flags } = link.subject.prepared.graph.inputs.symbols;
  return rivalDefinitions(link).filter(({ winner }) => isFunction(flags[winner]));
}

/** The same of functions and constants: a table or a text that each library has for itself. */
function rivalDefinitions(link: LinkState): Rivals[] {
  const known = found.get(link);
  if (known !== undefined) return known;
  const { graph, twins } = link.subject.prepared;
  const { flags, member } = graph.inputs.symbols;
  const areAlike = (one: SymbolId, other: SymbolId) =>
    isFunction(flags[one])
      ? isFunction(flags[other])
      : [one, other].every((symbol) => kindOf(flags[symbol]) === DATA && !isState(flags[symbol]));
  const images = sectionGraphs(graph.inputs);
  const areVersions = (one: SymbolId, other: SymbolId) =>
    areVersionsOfOneFile(graph, twins, member[one], member[other]) ||
    areVersionsOfOneFile(graph, twins, member[other], member[one]) ||
    (mayBeOneFile(graph, member[one], member[other]) &&
      shareCopies(graph, twins, archiveOf(graph, one), archiveOf(graph, other)));
  const rivals = pairsOf(link).filter(
    ({ winner, loser }) =>
      areAlike(winner, loser) &&
      ![winner, loser].some((symbol) => isMergeable(graph, symbol)) &&
      compareRivals(graph.inputs, images, winner, loser) === 'different' &&
      !areVersions(winner, loser),
  );
  found.set(link, rivals);
  return rivals;
}

const found = new WeakMap<LinkState, Rivals[]>();

/** With more duplicates, the two are versions of one library, and names prove nothing. */
const MOST_PAIRS = 500;

function pairsOf({ resolutions: [resolution] }: LinkState): Rivals[] {
  const pairs = resolution.clashes.flatMap((clash) => {
    const { winner, losers } = sidesOf(resolution, clash);
    return losers.map((loser) => ({ name: clash.name, winner, loser }));
  });
  return pairs.length > MOST_PAIRS ? [] : pairs;
}

/** Files outside of archives that define a name refer to it: it is part of what the archives offer. */
export function isUsedOutside(graph: LinkGraph, resolution: Resolution, name: NameId): boolean {
  const known = outside.get(resolution) ?? new Map<NameId, boolean>();
  outside.set(resolution, known);
  const found = known.get(name) ?? findUseOutside(graph, resolution, name);
  known.set(name, found);
  return found;
}

/** By link: each cure asks of the same names. */
const outside = new WeakMap<Resolution, Map<NameId, boolean>>();

function findUseOutside(graph: LinkGraph, { loaded }: Resolution, name: NameId): boolean {
  const { inputs, rows } = graph;
  const { first, row } = rows.definitions;
  const definers = new Set<number>();
  for (const { id } of inputs.members)
    for (let at = first[id]; at < first[id + 1]; at++)
      if (graph.name[row[at]] === name) definers.add(homeOf(graph, id));
  return loaded.some((member) => !definers.has(homeOf(graph, member)) && refersTo(graph, member, name));
}

/** The archive of a file; of an object its own number. */
const homeOf = ({ inputs }: LinkGraph, member: MemberId): number => {
  const { archive } = inputs.members[member];
  return archive === NONE ? -2 - member : archive;
};

/** Whether a file has a reference to a name. */
export function refersTo({ inputs, name: nameOf }: LinkGraph, member: MemberId, name: NameId): boolean {
  const { firstSymbol, flags } = inputs.symbols;
  for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++)
    if (nameOf[symbol] === name && isReference(flags[symbol])) return true;
  return false;
}

/**
 * Whether a cure runs code of an archive with another library's function or constant in place of its own, or keeps a
 * function of the command that replaced one of an archive and is then left without a use. The user may mean that, but
 * rarely does: such cures come after others.
 */
export const isSuspect = (before: CureState, after: CureState): boolean =>
  before.links.some((link, at) =>
    rivalDefinitions(link).some(
      (rivals) =>
        isMisused(link, after.links[at], rivals, rivals.winner, rivals.loser) ||
        isMisused(link, after.links[at], rivals, rivals.loser, rivals.winner),
    ),
  );

/** Whether a cure removes the definition for which an archive's code was compiled, or the last use of a replacement. */
function isMisused(
  before: LinkState,
  after: LinkState,
  { name }: Rivals,
  mine: SymbolId,
  its: SymbolId,
): boolean {
  const { graph } = before.subject.prepared;
  const [resolution] = after.resolutions;
  const archive = ownArchive(graph, graph.inputs.symbols.member[mine]);
  if (archive === NONE || archiveOf(graph, its) === archive) return false;
  const { inputs } = graph;
  const images = sectionGraphs(inputs);
  const isUsed = (isHere: boolean) =>
    resolution.loaded.some(
      (member) =>
        (inputs.members[member].archive === archive) === isHere &&
        (images(member)?.allNameIds.has(name) ?? true),
    );
  // Of an archive, a file is loaded for one name and defines others.
  const isReplacement = archiveOf(graph, its) === NONE && !isUsed(false);
  if (isIsolated(after, archive, name)) return isReplacement;
  const isForeign = resolution.winners[name] !== NONE && resolution.winners[name] !== mine;
  return isForeign && !isReplacement && isUsed(true) && !isUsedOutside(graph, before.resolutions[0], name);
}

const isIsolated = ({ edits }: LinkState, archive: ArchiveId, name: NameId): boolean =>
  edits?.edits.some(
    ({ name: edited, evidence }) =>
      edited === name && evidence.kind === 'isolate' && evidence.archive === archive,
  ) ?? false;
