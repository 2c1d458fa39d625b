import type { ArchiveId } from '../../link/inputs/inputs.js';
import { type LinkGraph, membersOf } from '../../link/inputs/link-graph.js';
import type { LinkLine } from '../../link/line/link-line.js';
import {
  isCommon,
  isDefined,
  isFunction,
  isLocalState,
  isReference,
  isUnique,
  isWeak,
} from '../../symbols/flags.js';
import type { NameId } from '../../symbols/names.js';
import { type MemberId, NONE, type SymbolId } from '../../symbols/table.js';
import type { Twins } from '../twins/twins.js';
import { type MemberEdit, markedName } from './edit-plan.js';
import { compareContent } from './equal-definitions.js';
import { commonNames, isProtectedName, namesOfLine } from './protected-names.js';
import { namesReached, type SectionGraph, type SectionGraphs } from './section-graph.js';

/** Uses of each name in an archive and in the other files, as needed to isolate the archive. */
export interface IsolatedArchive {
  readonly graph: LinkGraph;
  readonly twins: Twins;
  readonly archive: ArchiveId;
  readonly members: readonly MemberId[];
  readonly images: SectionGraphs;
  /** By NameId: bits below. */
  readonly uses: Uint8Array;
  /** Names that must keep their spelling: the archive's API, and what is found otherwise than by reference. */
  readonly kept: ReadonlySet<NameId>;
  /** Names with several strong definitions in some link. */
  readonly clashing: ReadonlySet<NameId>;
  /** Weak definitions, and those in COMDAT groups, that differ from the ones of other files. */
  readonly differing: ReadonlySet<NameId>;
}

const DEFINED_HERE = 1;
const REFERENCED_HERE = 2;
const DEFINED_OUTSIDE = 4;
const REFERENCED_OUTSIDE = 8;
const STRONG_HERE = 16;
const STRONG_OUTSIDE = 32;

/** Bits of a definition of a name. */
function definitionUse(graph: LinkGraph, symbol: SymbolId, isHere: boolean): number {
  const { flags } = graph.inputs.symbols;
  if (isHere) return DEFINED_HERE | (isMergeable(graph, symbol) ? 0 : STRONG_HERE);
  return DEFINED_OUTSIDE | (isWeak(flags[symbol]) ? 0 : STRONG_OUTSIDE);
}

/**
 * Whether references from outside bind to the archive by design: nothing else defines the name, or all others have a
 * weak default that the archive overrides.
 */
function isApi(use: number): boolean {
  if ((use & DEFINED_OUTSIDE) === 0) return (use & REFERENCED_OUTSIDE) !== 0;
  return (use & STRONG_HERE) !== 0 && (use & STRONG_OUTSIDE) === 0;
}

export function surveyArchive(
  { graph, twins }: { readonly graph: LinkGraph; readonly twins: Twins },
  archive: ArchiveId,
  lines: readonly LinkLine[],
  clashing: ReadonlySet<NameId>,
  images: SectionGraphs,
): IsolatedArchive {
  const { inputs } = graph;
  const { flags, member, names } = inputs.symbols;
  const uses = new Uint8Array(names.length);
  for (let symbol = 0; symbol < flags.length; symbol++) {
    if (isLocalState(flags[symbol])) continue;
    const isHere = inputs.members[member[symbol]].archive === archive;
    const name = inputs.symbols.name[symbol];
    if (isReference(flags[symbol])) uses[name] |= isHere ? REFERENCED_HERE : REFERENCED_OUTSIDE;
    else if (isHere || inputs.contents[member[symbol]].kind === 'object')
      uses[name] |= definitionUse(graph, symbol, isHere);
  }
  for (const { roots, exportsSymbols } of lines) {
    for (const { name } of roots) uses[name] |= REFERENCED_OUTSIDE;
    if (exportsSymbols) for (let name = 0; name < uses.length; name++) uses[name] |= REFERENCED_OUTSIDE;
  }
  const kept = new Set<NameId>(commonNames(inputs));
  for (const line of lines) for (const name of namesOfLine(inputs, line)) kept.add(name);
  for (let name = 0; name < uses.length; name++) {
    if ((uses[name] & DEFINED_HERE) === 0) continue;
    if (isApi(uses[name]) || isProtectedName(inputs, name)) kept.add(name);
  }
  const members = membersOf(inputs, archive);
  const differing = differingDefinitions({ graph, twins }, archive, members, uses, images);
  return { graph, twins, archive, members, images, uses, kept, clashing, differing };
}

/**
 * Mergeable definitions of an archive that are not what other files call so: a shared library that was linked with
 * -Bsymbolic uses its own. State counts as the same unless its bytes differ.
 */
function differingDefinitions(
  { graph, twins }: Pick<IsolatedArchive, 'graph' | 'twins'>,
  archive: ArchiveId,
  members: readonly MemberId[],
  uses: Uint8Array,
  images: SectionGraphs,
): ReadonlySet<NameId> {
  const { inputs } = graph;
  const { flags, firstSymbol, name, member } = inputs.symbols;
  const isWanted = (symbol: SymbolId) =>
    isDefined(flags[symbol]) &&
    !isLocalState(flags[symbol]) &&
    (uses[name[symbol]] & (DEFINED_HERE | DEFINED_OUTSIDE)) === (DEFINED_HERE | DEFINED_OUTSIDE) &&
    isMergeable(graph, symbol);
  const own = new Map<NameId, SymbolId>();
  for (const one of members)
    for (let symbol = firstSymbol[one]; symbol < firstSymbol[one + 1]; symbol++)
      if (isWanted(symbol) && !own.has(name[symbol])) own.set(name[symbol], symbol);
  const differing = new Set<NameId>();
  if (own.size === 0) return differing;
  for (let symbol = 0; symbol < flags.length; symbol++) {
    const mine = own.get(name[symbol]);
    if (mine === undefined || differing.has(name[symbol]) || !isWanted(symbol)) continue;
    if (inputs.members[member[symbol]].archive === archive || twins.areInEqualGroups(mine, symbol)) continue;
    const isEqual = compareContent(inputs, images, mine, symbol);
    if (isEqual === false || (isEqual === null && isFunction(flags[mine]))) differing.add(name[symbol]);
  }
  return differing;
}

/**
 * Names to isolate: all that the archive both defines and references, and all duplicate names, in loaded and other
 * members; except the archive's API, and except names of members with a proved copy in another archive, which the
 * program continues to share. A shared member that references an isolated name is no longer shared.
 */
export function isolatedNames(survey: IsolatedArchive): Set<NameId> {
  const shared = new Set(survey.members.filter((member) => hasProvedCopy(survey, member)));
  const isolated = new Set<NameId>();
  for (;;) {
    for (const member of survey.members) if (!shared.has(member)) addOwnNames(survey, member, isolated);
    const open = openNames(survey, isolated, shared);
    for (const name of open.names) isolated.add(name);
    for (const member of open.unshared) shared.delete(member);
    if (open.names.length === 0 && open.unshared.length === 0) return isolated;
  }
}

/** Names that a set of isolated names lacks to be closed and complete, each with a member as an example. */
export function isolationGaps(
  survey: IsolatedArchive,
  isolated: ReadonlySet<NameId>,
): { readonly name: NameId; readonly member: MemberId }[] {
  const { flags, firstSymbol, name } = survey.graph.inputs.symbols;
  const refers = (member: MemberId): boolean => {
    for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++)
      if (isReference(flags[symbol]) && isolated.has(name[symbol])) return true;
    return false;
  };
  return survey.members.flatMap((member) => {
    const own = new Set<NameId>();
    if (!hasProvedCopy(survey, member) || refers(member)) addOwnNames(survey, member, own);
    const missing = [...own].filter((one) => !isolated.has(one));
    return [...missing, ...openDefinitions(survey, member, isolated)].map((one) => ({ name: one, member }));
  });
}

function hasProvedCopy({ twins }: IsolatedArchive, member: MemberId): boolean {
  return twins.alikeOf(member).some((twin) => {
    const relation = twins.relation(member, twin);
    return relation !== null && relation.kind !== 'other-content' && relation.kind !== 'declared';
  });
}

function addOwnNames(
  { graph, uses, kept, clashing, differing }: IsolatedArchive,
  member: MemberId,
  isolated: Set<NameId>,
): void {
  const { flags, firstSymbol, name } = graph.inputs.symbols;
  for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++) {
    const own = name[symbol];
    if (!isDefined(flags[symbol]) || isLocalState(flags[symbol]) || kept.has(own) || isolated.has(own))
      continue;
    // A name with another strong definition would clash once this member is loaded for another of its names.
    if ((uses[own] & (REFERENCED_HERE | DEFINED_OUTSIDE)) === 0 && !clashing.has(own)) continue;
    // A weak definition stays one for all unless it differs, or refers to something isolated.
    const isOwn = clashing.has(own) || differing.has(own);
    if (isMergeable(graph, symbol) && (uses[own] & DEFINED_OUTSIDE) !== 0 && !isOwn) continue;
    isolated.add(own);
  }
}

/** Whether a linker keeps one definition of several without a message: weak, unique, or in a COMDAT group. */
export const isMergeable = ({ inputs }: LinkGraph, symbol: SymbolId): boolean => {
  const { flags, group } = inputs.symbols;
  return isWeak(flags[symbol]) || isUnique(flags[symbol]) || group[symbol] !== NONE;
};

interface Open {
  readonly names: NameId[];
  readonly unshared: MemberId[];
}

/** References that keep a set of names from being closed: those of mergeable definitions and of shared members. */
export function openNames(
  survey: IsolatedArchive,
  isolated: ReadonlySet<NameId>,
  shared: ReadonlySet<MemberId>,
): Open {
  const { graph } = survey;
  const { flags, firstSymbol, name } = graph.inputs.symbols;
  const names = new Set<NameId>();
  const unshared: MemberId[] = [];
  for (const member of survey.members) {
    let mentions = false;
    for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++)
      if (!isLocalState(flags[symbol]) && isolated.has(name[symbol])) mentions = true;
    if (!mentions) continue;
    const refers = (symbol: SymbolId) => isReference(flags[symbol]) && isolated.has(name[symbol]);
    if (shared.has(member)) {
      const rows = Array.from(
        { length: firstSymbol[member + 1] - firstSymbol[member] },
        (_, row) => firstSymbol[member] + row,
      );
      if (rows.some(refers)) unshared.push(member);
    }
    for (const own of openDefinitions(survey, member, isolated)) names.add(own);
  }
  return { names: [...names], unshared };
}

/**
 * Mergeable definitions of a member that others define too, and whose code refers to an isolated name; and of a COMDAT
 * group with an isolated name the signature and all others: a group is kept or discarded as a whole.
 */
function openDefinitions(survey: IsolatedArchive, member: MemberId, isolated: ReadonlySet<NameId>): NameId[] {
  const { graph, uses, kept, images } = survey;
  const { flags, firstSymbol, name, section, group, groups } = graph.inputs.symbols;
  const found: NameId[] = [];
  for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++) {
    if (!isDefined(flags[symbol]) || isCommon(flags[symbol]) || isLocalState(flags[symbol])) continue;
    const own = name[symbol];
    const signature = group[symbol] === NONE ? NONE : groups[group[symbol]].signature;
    if (isolated.has(own)) {
      if (signature !== NONE && !isolated.has(signature)) found.push(signature);
      continue;
    }
    if (kept.has(own)) continue;
    const isOpen = isMergeable(graph, symbol) && (uses[own] & DEFINED_OUTSIDE) !== 0;
    if (isolated.has(signature) || (isOpen && refersTo(graph, images(member), section[symbol], isolated)))
      found.push(own);
  }
  return found;
}

/** Whether a definition's sections refer to one of these names; where the file cannot be read as a whole, it may. */
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
  for (const text of namesReached(image, from))
    if (isolated.has(inputs.symbols.names.find(text))) return true;
  return false;
}

/** One edit for each member and isolated name that occurs in it, signatures of groups included. */
export function isolateEdits(
  survey: IsolatedArchive,
  isolated: ReadonlySet<NameId>,
  mark: string,
): MemberEdit[] {
  const { graph, archive, members } = survey;
  const { flags, firstSymbol, name, names, groups } = graph.inputs.symbols;
  const inArchive = new Set(members);
  const signatures = new Map<MemberId, Set<NameId>>();
  for (const { member, signature } of groups) {
    if (!inArchive.has(member) || !isolated.has(signature)) continue;
    signatures.set(member, (signatures.get(member) ?? new Set()).add(signature));
  }
  return members.flatMap((member) => {
    const own = new Set<NameId>(signatures.get(member) ?? []);
    for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++)
      if (!isLocalState(flags[symbol]) && isolated.has(name[symbol])) own.add(name[symbol]);
    return [...own].map(
      (one): MemberEdit => ({
        member,
        name: one,
        action: 'hide-and-rename',
        newName: markedName(names.text(one), mark),
        evidence: { kind: 'isolate', archive },
      }),
    );
  });
}

/** Clashing names that an archive defines and uses itself: without any, isolating it protects nothing. */
export const ownClashes = ({ uses, clashing, kept }: IsolatedArchive): NameId[] =>
  [...clashing].filter(
    (name) =>
      (uses[name] & (DEFINED_HERE | REFERENCED_HERE)) === (DEFINED_HERE | REFERENCED_HERE) && !kept.has(name),
  );
