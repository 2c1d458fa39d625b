import type { LinkGraph } from '../../../link/inputs/link-graph.js';
import { isCommon, isLocalState } from '../../../symbols/flags.js';
import type { NameId } from '../../../symbols/names.js';
import { type MemberId, NONE, type SymbolId } from '../../../symbols/table.js';
import type { SectionGraph } from '../section-graph.js';
import { type IsolatedArchive, isDefinedOutside, isMergeable, isReferencedHere } from './archive-survey.js';
import { namesReachedAndUnwoundBy } from './unwind-targets.js';

/**
 * Names to isolate: all that the archive both defines and references, and all duplicate names, in loaded and other
 * members; except the archive's API, and except names of members with a proved copy in another archive, which the
 * program continues to share. A shared member that references an isolated name is no longer shared.
 */
export function isolatedNames(survey: IsolatedArchive): Set<NameId> {
  const shared = new Set(survey.members.filter((member) => hasProvedCopy(survey, member)));
  const isolated = new Set<NameId>();
  for (let own = survey.members.filter((member) => !shared.has(member)); ; ) {
    for (const member of own) addOwnNames(survey, member, isolated, isolated);
    const open = openNames(survey, isolated, shared);
    for (const name of open.names) isolated.add(name);
    for (const member of open.unshared) shared.delete(member);
    if (open.names.length === 0 && open.unshared.length === 0) return isolated;
    own = open.unshared;
  }
}

/** Names that a set of isolated names lacks to be closed and complete, each with a member as an example. */
export function isolationGaps(
  survey: IsolatedArchive,
  isolated: ReadonlySet<NameId>,
): { readonly name: NameId; readonly member: MemberId }[] {
  return survey.members.flatMap((member) => {
    const missing = new Set<NameId>();
    if (!hasProvedCopy(survey, member) || refers(survey, member, isolated))
      addOwnNames(survey, member, isolated, missing);
    return [...missing, ...openDefinitions(survey, member, isolated)].map((one) => ({ name: one, member }));
  });
}

function hasProvedCopy({ twins }: IsolatedArchive, member: MemberId): boolean {
  return twins.alikeOf(member).some((twin) => {
    const relation = twins.relation(member, twin);
    return relation !== null && relation.kind !== 'other-content' && relation.kind !== 'declared';
  });
}

/** Adds the names of a member that are isolated with it, without those that are isolated already. */
function addOwnNames(
  survey: IsolatedArchive,
  member: MemberId,
  isolated: ReadonlySet<NameId>,
  found: Set<NameId>,
): void {
  const { graph, kept, clashing, differing } = survey;
  const { name } = graph.inputs.symbols;
  const { first, row } = graph.rows.definitions;
  for (let at = first[member]; at < first[member + 1]; at++) {
    const own = name[row[at]];
    if (isolated.has(own) || kept.has(own)) continue;
    // A name with a second strong definition would clash once this member is loaded for a different name.
    if (!isReferencedHere(survey, own) && !isDefinedOutside(survey, own) && !clashing.has(own)) continue;
    // A weak definition stays shared unless it differs, or refers to an isolated name.
    const isOwn = clashing.has(own) || differing.has(own);
    if (isMergeable(graph, row[at]) && isDefinedOutside(survey, own) && !isOwn) continue;
    found.add(own);
  }
}

interface Open {
  readonly names: NameId[];
  readonly unshared: MemberId[];
}

/** References that keep a set of names from being closed: those of mergeable definitions and of shared members. */
function openNames(
  survey: IsolatedArchive,
  isolated: ReadonlySet<NameId>,
  shared: ReadonlySet<MemberId>,
): Open {
  const names = new Set<NameId>();
  const unshared: MemberId[] = [];
  for (const member of survey.members) {
    if (shared.has(member) && refers(survey, member, isolated)) unshared.push(member);
    if (!survey.mergeable.has(member) || !mentions(survey, member, isolated)) continue;
    for (const own of openDefinitions(survey, member, isolated)) names.add(own);
  }
  return { names: [...names], unshared };
}

/** Whether a member defines or references one of these names. */
function mentions({ graph }: IsolatedArchive, member: MemberId, isolated: ReadonlySet<NameId>): boolean {
  const { flags, firstSymbol, name } = graph.inputs.symbols;
  for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++)
    if (!isLocalState(flags[symbol]) && isolated.has(name[symbol])) return true;
  return false;
}

/** Whether a member references one of these names. */
function refers({ graph }: IsolatedArchive, member: MemberId, isolated: ReadonlySet<NameId>): boolean {
  const { name } = graph.inputs.symbols;
  const { first, row } = graph.rows.references;
  for (let at = first[member]; at < first[member + 1]; at++) if (isolated.has(name[row[at]])) return true;
  return false;
}

/**
 * Mergeable definitions of a member that others define too, and whose code refers to an isolated name; and of a COMDAT
 * group with an isolated name the signature and all others: a group is kept or discarded as a whole.
 */
function openDefinitions(survey: IsolatedArchive, member: MemberId, isolated: ReadonlySet<NameId>): NameId[] {
  const { flags, name } = survey.graph.inputs.symbols;
  const found: NameId[] = [];
  for (const symbol of survey.mergeable.get(member) ?? []) {
    if (isCommon(flags[symbol])) continue;
    const signature = signatureOf(survey, symbol);
    if (isolated.has(name[symbol])) {
      if (signature !== NONE && !isolated.has(signature)) found.push(signature);
    } else if (mustFollow(survey, symbol, signature, isolated)) found.push(name[symbol]);
  }
  return found;
}

/** Signature of the COMDAT group of a definition, or NONE. */
function signatureOf({ graph }: IsolatedArchive, symbol: SymbolId): NameId {
  const { group, groups } = graph.inputs.symbols;
  return group[symbol] === NONE ? NONE : groups[group[symbol]].signature;
}

/** Whether a definition that keeps its name so far has to be isolated with its group, or with what its code uses. */
function mustFollow(
  survey: IsolatedArchive,
  symbol: SymbolId,
  signature: NameId,
  isolated: ReadonlySet<NameId>,
): boolean {
  const { graph, kept, images } = survey;
  const { member, name, section } = graph.inputs.symbols;
  if (kept.has(name[symbol])) return false;
  if (isolated.has(signature)) return true;
  if (!isMergeable(graph, symbol) || !isDefinedOutside(survey, name[symbol])) return false;
  return refersTo(graph, images(member[symbol]), section[symbol], isolated);
}

/** Whether a definition refers to one of these names; where the file cannot be read as a whole, it may. */
function refersTo(
  { inputs }: LinkGraph,
  image: SectionGraph | null,
  section: number,
  isolated: ReadonlySet<NameId>,
): boolean {
  if (image === null) return true;
  const row = image.rowOf(section);
  if (row === NONE) return false;
  const group = image.image.sections[row].group;
  const from = group === NONE ? [row] : [...image.image.groups[group].sections];
  for (const text of namesReachedAndUnwoundBy(image, from))
    if (isolated.has(inputs.symbols.names.find(text))) return true;
  return false;
}
