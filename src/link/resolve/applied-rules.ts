import { once } from '../../bytes/once.js';
import { ABSOLUTE, COMMON, IMPORTED, isDefined, MERGEABLE, UNIQUE, WEAK } from '../../symbols/flags.js';
import type { NameId } from '../../symbols/names.js';
import { type GroupId, NONE } from '../../symbols/table.js';
import { type LinkGraph, localNamesOf } from '../inputs/link-graph.js';
import type { LineItem, LinkLine } from '../line/link-line.js';
import type { LinkerProfile } from '../linkers/linker-profile.js';
import { areIndexesExact, flagsPresent, isWeakReferenceOffered, ROLE_PRESENT } from './row-searches.js';

/*
 * Linkers differ by rules for symbols and options that many links do not have. Where no rule that tells two linkers
 * apart has anything to apply to, each link of the inputs is the same on both, whichever members are dropped: it needs
 * to be simulated once.
 */

/** The rules by which two linkers can differ on a line, as a text that is equal exactly where they are. */
export type AppliedRules = string;

/**
 * A property of a profile that only names the linker or the lines that it rejects: simulated links do not depend on it.
 */
const NO_RULES: ReadonlySet<keyof LinkerProfile> = new Set([
  'id',
  'title',
  'notRun',
  'outcome',
  'outcomeOf',
  'modelsDefsymAndWrap',
  'supportsFortranCommon',
  'supportsStartLib',
  'rejectsNonObjects',
]);

/**
 * Rules that apply only if the inputs or the line have a property. Rules that are not in this list always apply.
 */
const APPLIES: {
  readonly [Rule in keyof LinkerProfile]?: (link: LinkFacts, profile: LinkerProfile) => boolean;
} = {
  // Applies only to COMMON definitions. Without them, strong is above weak in both orders of `ranks`.
  commonExtracts: ({ inputs }) => inputs.hasCommon,
  commonSize: ({ inputs }) => inputs.hasCommon,
  ranks: ({ inputs }) => inputs.hasCommon,
  sharedReplacesCommon: ({ inputs }) => inputs.hasCommon && inputs.hasSharedLibrary,
  // Also decides whether a name with a weak winner clashes, but without unique definitions a winner among two strong
  // definitions is weak only where the line defines the name.
  uniqueIsWeak: ({ inputs, hasDefinition }) => inputs.hasUnique || hasDefinition,
  uniqueNeverClashes: ({ inputs }) => inputs.hasUnique,
  // A clash without definitions, which counts as one of absolute definitions, is one with a definition of the line.
  absolutesClash: ({ inputs, hasDefinition }) => inputs.hasAbsolute || hasDefinition,
  absolutesYield: ({ inputs }) => inputs.hasAbsolute,
  importsYield: ({ inputs }) => inputs.hasImported,
  ignoresMergeableDuplicates: ({ inputs }) => inputs.hasMergeable,
  hiddenBindsToShared: ({ inputs }) => inputs.hasSharedLibrary,
  sharedReplacesLazy: ({ inputs }) => inputs.hasSharedLibrary,
  forgetsUnneeded: ({ inputs }) => inputs.hasSharedLibrary,
  listsHiddenBounds: ({ line }) => line.exports.output === 'shared',
  exportsUnique: ({ inputs }) => inputs.hasUnique,
  libraryVersions: ({ inputs }) => inputs.hasLibraryVersions,
  requiresVersionedNames: ({ line }) => line.exports.versions.length > 0,
  deadStripTakesLast: ({ line }) => line.stripsDead,
  linkerOptions: ({ hasRequest }) => hasRequest,
  alternates: ({ hasRequest }) => hasRequest,
  // `ld64` and `first` choose in different ways between weak definitions; `lld-link` looks at references, too.
  weakTie: ({ inputs }, { weakTie }) => inputs.hasCommon || inputs.hasWeak || weakTie === 'lld-link',
  weakDataStaysWeak: ({ inputs }) => inputs.hasWeak,
  // A group loses to one of its signature that was read before. Where that has the same definitions, the name of a
  // definition that goes is defined already, as strongly, and only a shared library makes a defined name undefined
  // again.
  discardedGroups: ({ inputs, hasWrapped }) =>
    !inputs.hasEqualGroups || inputs.hasCommon || inputs.hasSharedLibrary || hasWrapped,
  newRound: (facts) => countsRounds(facts),
  // A member belongs to one occurrence where each archive is named once, and is loaded when that is first searched
  // for it.
  extractsPerOccurrence: ({ inputs, hasLazyObject, hasRequest, repeatsArchive }) =>
    repeatsArchive || hasLazyObject || hasRequest || inputs.hasCommon,
  lineDefines: ({ hasDefinition }) => hasDefinition,
  defsymHidesDuplicates: ({ hasDefinition }) => hasDefinition,
  wraps: ({ hasWrapped }) => hasWrapped,
  exportOrder: ({ line }) => line.roots.filter(({ reason }) => reason === 'export').length > 1,
  initIsRoot: ({ line }) => line.roots.some(({ reason }) => reason === 'start-function'),
  // An eager linker that reads the index of an archive finds there what reading the members would show, in that order.
  // The others read indexes, or do not, whatever this rule says.
  offersLocals: ({ inputs }) => inputs.hasLocalNames,
  trustsIndex: ({ inputs }, { extraction }) => extraction === 'eager' && !areIndexesExact(inputs.graph),
};

/**
 * Whether it matters what makes a single-pass linker search once more (`newRound`). Without COMMON, archives are
 * searched until they define no undefined name, in the order of the indexes, by either rule. A group is searched until
 * no name that it could define becomes undefined: by the rule `seen`, a name that was weakly undefined before is not
 * counted.
 */
const countsRounds = ({ inputs, hasDefinition, hasGroup, hasLazyObject }: LinkFacts): boolean =>
  inputs.hasCommon ||
  inputs.hasSharedLibrary ||
  !inputs.hasEqualGroups ||
  hasDefinition ||
  hasLazyObject ||
  (hasGroup && isWeakReferenceOffered(inputs.graph));

/** Properties of inputs and line that decide which rules apply. */
interface LinkFacts {
  readonly inputs: InputFacts;
  readonly line: LinkLine;
  readonly hasDefinition: boolean;
  readonly hasGroup: boolean;
  readonly hasLazyObject: boolean;
  readonly hasRequest: boolean;
  readonly hasWrapped: boolean;
  readonly repeatsArchive: boolean;
}

/** @param profile as the line's options change it */
export function appliedRules(graph: LinkGraph, line: LinkLine, profile: LinkerProfile): AppliedRules {
  const { items } = line;
  const archives = items.flatMap((item) => (item.kind === 'archive' ? [item.archive] : []));
  const facts: LinkFacts = {
    inputs: factsOf(graph),
    line,
    hasDefinition: items.some(({ kind }) => kind === 'definition'),
    hasGroup: items.some(({ group }) => group !== NONE),
    hasLazyObject: items.some(({ kind }) => kind === 'lazy-object'),
    hasRequest: line.requests.size > 0 || line.ownRequests.length > 0,
    hasWrapped: line.wrapped.length > 0,
    repeatsArchive: new Set(archives).size < archives.length,
  };
  const rules = (Object.keys(profile) as (keyof LinkerProfile)[])
    .filter((rule) => !NO_RULES.has(rule) && (APPLIES[rule]?.(facts, profile) ?? true))
    .sort()
    .map((rule) => `${rule}=${profile[rule]}`);
  return rules.join(' ');
}

/**
 * Whether a linker links two lines of the same inputs the same way: their items differ at most in what it does not look
 * at. Groups are looked at by single-pass linkers alone; mold and wild read an archive where it is named first.
 */
export function isSameLink(one: LinkLine, other: LinkLine, { extraction }: LinkerProfile): boolean {
  if (one === other) return true;
  if (!differInItemsOnly(one, other)) return false;
  const seen = (line: LinkLine) => {
    const ungrouped = extraction === 'single-pass' ? line.items : line.items.map(withoutGroup);
    return extraction === 'reachability' || extraction === 'first-definition'
      ? ungrouped.filter((item, at) => !isNamedBefore(ungrouped, item, at))
      : ungrouped;
  };
  return isEqual(seen(one), seen(other));
}

/** Whether two lines differ in their items at most. */
export const differInItemsOnly = (one: LinkLine, other: LinkLine): boolean =>
  OF_LINE.every((part) => one[part] === other[part]) && isEqual(one.missingLibraries, other.missingLibraries);

/** Parts of a line that changes of its items leave as they are. */
const OF_LINE = [
  'roots',
  'exportsSymbols',
  'exports',
  'layout',
  'stripsDead',
  'commonExtracts',
  'wrapped',
  'requests',
  'ownRequests',
] as const satisfies readonly (keyof LinkLine)[];

const withoutGroup = (item: LineItem): LineItem => ({ ...item, group: NONE });

const isNamedBefore = (items: readonly LineItem[], item: LineItem, at: number): boolean =>
  item.kind === 'archive' &&
  items.slice(0, at).some((other) => other.kind === 'archive' && other.archive === item.archive);

const isEqual = (one: readonly object[], other: readonly object[]): boolean =>
  one.length === other.length && JSON.stringify(one) === JSON.stringify(other);

/** Properties of the symbols of all inputs, including those that are not on the line. */
interface InputFacts {
  readonly graph: LinkGraph;
  readonly hasCommon: boolean;
  readonly hasUnique: boolean;
  readonly hasAbsolute: boolean;
  readonly hasImported: boolean;
  readonly hasMergeable: boolean;
  /** A weak symbol, defined or not. */
  readonly hasWeak: boolean;
  readonly hasSharedLibrary: boolean;
  /** A shared library refers to a version of a name. */
  readonly hasLibraryVersions: boolean;
  /** COMDAT groups of one signature have equal definitions, and no file has two of them. */
  readonly hasEqualGroups: boolean;
  /** A file has local definitions that a linker may take for what a name refers to. */
  readonly hasLocalNames: boolean;
}

const factsOf = once((graph: LinkGraph): InputFacts => {
  const { contents, members } = graph.inputs;
  const present = flagsPresent(graph);
  const has = (flags: number): boolean => (present & flags) !== 0;
  return {
    graph,
    hasCommon: has(ROLE_PRESENT << COMMON),
    hasUnique: has(UNIQUE),
    hasAbsolute: has(ABSOLUTE),
    hasImported: has(IMPORTED),
    hasMergeable: has(MERGEABLE),
    hasWeak: has(WEAK),
    hasSharedLibrary: contents.some(({ kind }) => kind === 'shared-library'),
    hasLocalNames: members.some(({ id }) => localNamesOf(graph.inputs, id).length > 0),
    hasLibraryVersions: graph.versionedReferences.size > 0,
    hasEqualGroups: hasEqualGroups(graph),
  };
});

/** Whether COMDAT groups of one signature have equal definitions, and no file has two of them. */
export const hasEqualGroups = once(({ inputs, name }: LinkGraph): boolean => {
  const { flags, group: groupOf, groups, length } = inputs.symbols;
  if (groups.length === 0) return true;
  /** By group: names and flags of its definitions. */
  const definitionsOf = new Map<GroupId, string[]>();
  for (let symbol = 0; symbol < length; symbol++) {
    const group = groupOf[symbol];
    if (group === NONE) continue;
    const definitions = definitionsOf.get(group) ?? [];
    definitionsOf.set(group, definitions);
    if (isDefined(flags[symbol])) definitions.push(`${name[symbol]}:${flags[symbol]}`);
  }
  const bySignature = new Map<NameId, string>();
  const seen = new Set<string>();
  for (const [group, definitions] of definitionsOf) {
    const { signature, member } = groups[group];
    const text = definitions.sort().join(' ');
    if ((bySignature.get(signature) ?? text) !== text || seen.has(`${member} ${signature}`)) return false;
    bySignature.set(signature, text);
    seen.add(`${member} ${signature}`);
  }
  return true;
});
