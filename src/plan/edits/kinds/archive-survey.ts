import type { ArchiveId, Inputs } from '../../../link/inputs/inputs.js';
import { type LinkGraph, membersOf } from '../../../link/inputs/link-graph.js';
import type { LinkLine } from '../../../link/line/link-line.js';
import { isFunction, isUnique, isWeak } from '../../../symbols/flags.js';
import type { NameId } from '../../../symbols/names.js';
import { type MemberId, NONE, type SymbolId } from '../../../symbols/table.js';
import type { Twins } from '../../twins/twins.js';
import { commonNames, isProtectedName, namesOfLine } from '../protected-names.js';
import type { SectionGraphs } from '../section-graph.js';
import { compareContent, isComparable } from './equal-definitions.js';

/** Uses of each name in an archive and in the other files, as needed to isolate the archive. */
export interface IsolatedArchive {
  readonly graph: LinkGraph;
  readonly twins: Twins;
  readonly archive: ArchiveId;
  readonly members: readonly MemberId[];
  readonly images: SectionGraphs;
  /** By member: its definitions of which linkers keep one without a message; few members have any. */
  readonly mergeable: ReadonlyMap<MemberId, readonly SymbolId[]>;
  /** By NameId: which side defines and references the name; the bits below. */
  readonly uses: Uint8Array;
  /**
   * Names that must keep their spelling: the archive's API, and names that are found by other means than references.
   */
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

const isDefinedOnBothSides = (use: number): boolean =>
  (use & DEFINED_HERE) !== 0 && (use & DEFINED_OUTSIDE) !== 0;

/** Whether files outside the archive define a name of it as well. */
export const isDefinedOutside = ({ uses }: IsolatedArchive, name: NameId): boolean =>
  (uses[name] & DEFINED_OUTSIDE) !== 0;

/** Whether the archive itself references a name. */
export const isReferencedHere = ({ uses }: IsolatedArchive, name: NameId): boolean =>
  (uses[name] & REFERENCED_HERE) !== 0;

/**
 * Whether references from outside bind to the archive by design: nothing else defines the name, or all others have a
 * weak default that the archive overrides.
 */
function isApi(use: number): boolean {
  if ((use & DEFINED_OUTSIDE) === 0) return (use & REFERENCED_OUTSIDE) !== 0;
  return (use & STRONG_HERE) !== 0 && (use & STRONG_OUTSIDE) === 0;
}

/**
 * A survey without the names that clash; cached, since the conditions of edits need the same survey as their search.
 */
type Survey = Omit<IsolatedArchive, 'clashing'>;

/** By graph: the last survey of it, and the lines that it was made for. */
const known = new WeakMap<LinkGraph, { readonly survey: Survey; readonly lines: readonly LinkLine[] }>();

export function surveyArchive(
  prepared: Pick<IsolatedArchive, 'graph' | 'twins'>,
  archive: ArchiveId,
  lines: readonly LinkLine[],
  clashing: ReadonlySet<NameId>,
  images: SectionGraphs,
): IsolatedArchive {
  const { graph, twins } = prepared;
  const last = known.get(graph);
  const isKnown =
    last?.survey.archive === archive &&
    last.survey.twins === twins &&
    last.lines.length === lines.length &&
    lines.every((line, at) => line === last.lines[at]);
  if (isKnown) return { ...last.survey, clashing };
  const survey = surveyFor({ graph, twins }, archive, lines, images);
  known.set(graph, { survey, lines });
  return { ...survey, clashing };
}

function surveyFor(
  { graph, twins }: Pick<IsolatedArchive, 'graph' | 'twins'>,
  archive: ArchiveId,
  lines: readonly LinkLine[],
  images: SectionGraphs,
): Survey {
  const uses = usesOfNames(graph, archive, lines);
  const kept = keptNames(graph.inputs, lines, uses);
  const members = membersOf(graph.inputs, archive);
  const mergeable = mergeableDefinitions(graph, members);
  const shared = { graph, twins, archive, members, images, mergeable, uses, kept };
  return { ...shared, differing: differingDefinitions(shared) };
}

function usesOfNames(graph: LinkGraph, archive: ArchiveId, lines: readonly LinkLine[]): Uint8Array {
  const { inputs, rows } = graph;
  const { names, name } = inputs.symbols;
  const { definitions, references } = rows;
  const uses = new Uint8Array(names.length);
  for (let member = 0; member < inputs.members.length; member++) {
    const isHere = inputs.members[member].archive === archive;
    const bit = isHere ? REFERENCED_HERE : REFERENCED_OUTSIDE;
    for (let at = references.first[member]; at < references.first[member + 1]; at++)
      uses[name[references.row[at]]] |= bit;
    if (!isHere && inputs.contents[member].kind !== 'object') continue;
    for (let at = definitions.first[member]; at < definitions.first[member + 1]; at++)
      uses[name[definitions.row[at]]] |= definitionUse(graph, definitions.row[at], isHere);
  }
  addUsesOfLines(uses, lines);
  return uses;
}

function addUsesOfLines(uses: Uint8Array, lines: readonly LinkLine[]): void {
  for (const { roots, exportsSymbols } of lines) {
    for (const { name } of roots) uses[name] |= REFERENCED_OUTSIDE;
    if (exportsSymbols) for (let name = 0; name < uses.length; name++) uses[name] |= REFERENCED_OUTSIDE;
  }
}

function keptNames(inputs: Inputs, lines: readonly LinkLine[], uses: Uint8Array): Set<NameId> {
  const kept = new Set<NameId>(commonNames(inputs));
  for (const line of lines) for (const name of namesOfLine(inputs, line)) kept.add(name);
  for (let name = 0; name < uses.length; name++) {
    if ((uses[name] & DEFINED_HERE) === 0) continue;
    if (isApi(uses[name]) || isProtectedName(inputs, name)) kept.add(name);
  }
  return kept;
}

/**
 * Mergeable definitions of an archive that differ from those of other files with the same name: a shared library that
 * was linked with -Bsymbolic uses its own. State counts as the same unless its bytes differ.
 */
function differingDefinitions(survey: Omit<IsolatedArchive, 'clashing' | 'differing'>): ReadonlySet<NameId> {
  const { graph, twins, archive, images } = survey;
  const { inputs, rows } = graph;
  const { flags, name, member } = inputs.symbols;
  const differing = new Set<NameId>();
  const isEqualContent = contentTest(survey);
  const own = firstSharedDefinitions(survey);
  if (own.size === 0) return differing;
  const { row } = rows.definitions;
  for (let at = 0; at < row.length; at++) {
    const symbol = row[at];
    const mine = own.get(name[symbol]);
    if (mine === undefined || differing.has(name[symbol]) || !isMergeable(graph, symbol)) continue;
    if (inputs.members[member[symbol]].archive === archive) continue;
    // Kept in memory, since all members of the archive are needed later.
    images(member[mine]);
    const isEqual = isEqualContent(mine, symbol);
    if (isEqual === true || (isEqual === null && !isFunction(flags[mine]))) continue;
    // Checked last, since it reads all groups of both files.
    if (!twins.areInEqualGroups(mine, symbol)) differing.add(name[symbol]);
  }
  return differing;
}

/** Returns a test as `compareContent`. Definitions of equal members have equal content: one of the two is read. */
function contentTest({
  graph: { inputs },
  twins: { content },
  images,
}: Pick<IsolatedArchive, 'graph' | 'twins' | 'images'>): (mine: SymbolId, other: SymbolId) => boolean | null {
  const { member, size } = inputs.symbols;
  const isOfEqual = (mine: SymbolId, other: SymbolId) =>
    content[member[mine]] !== NONE && content[member[mine]] === content[member[other]];
  return (mine, other) => {
    // Without a size a definition ends at the next symbol, which may be local, and another one in equal members.
    if (size[mine] > 0 && size[mine] === size[other] && isOfEqual(mine, other))
      return isComparable(inputs, images, mine) || null;
    return compareContent(inputs, images, mine, other);
  };
}

/** Mergeable definitions of an archive's members by member. */
function mergeableDefinitions(
  graph: LinkGraph,
  members: readonly MemberId[],
): Map<MemberId, readonly SymbolId[]> {
  const { first, row } = graph.rows.definitions;
  const found = new Map<MemberId, readonly SymbolId[]>();
  for (const member of members) {
    const own: SymbolId[] = [];
    for (let at = first[member]; at < first[member + 1]; at++)
      if (isMergeable(graph, row[at])) own.push(row[at]);
    if (own.length > 0) found.set(member, own);
  }
  return found;
}

/** Mergeable definitions of an archive that other files define too, by name, the first of each. */
function firstSharedDefinitions({
  graph,
  mergeable,
  uses,
}: Pick<IsolatedArchive, 'graph' | 'mergeable' | 'uses'>): Map<NameId, SymbolId> {
  const { name } = graph.inputs.symbols;
  const definitions = new Map<NameId, SymbolId>();
  for (const own of mergeable.values())
    for (const symbol of own)
      if (isDefinedOnBothSides(uses[name[symbol]]) && !definitions.has(name[symbol]))
        definitions.set(name[symbol], symbol);
  return definitions;
}

/** Whether a linker keeps one definition of several without a message: weak, unique, or in a COMDAT group. */
export const isMergeable = ({ inputs }: LinkGraph, symbol: SymbolId): boolean => {
  const { flags, group } = inputs.symbols;
  return isWeak(flags[symbol]) || isUnique(flags[symbol]) || group[symbol] !== NONE;
};

/** Clashing names that an archive defines and uses itself: without any, isolating it protects nothing. */
export const ownClashes = (survey: IsolatedArchive): NameId[] =>
  [...survey.clashing].filter(
    (name) =>
      (survey.uses[name] & DEFINED_HERE) !== 0 && isReferencedHere(survey, name) && !survey.kept.has(name),
  );
