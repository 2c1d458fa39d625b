import { Rule } from '../../core/link/rules.js';
import type { LinkGraph } from '../inputs/link-graph.js';
import type { LinkLine } from '../line/link-line.js';
import type { LinkerProfile } from '../linkers/linker-profile.js';
import { hasStrongInGroups } from './strong-in-groups.js';

type Values<Property extends keyof LinkerProfile> = readonly LinkerProfile[Property][];

/** Values of rules that have names, in the order of the enumerations of src/core/link/rules.ts. */
const VALUES: { readonly [Property in keyof LinkerProfile]?: Values<Property> } = {
  extraction: [
    ...(['single-pass', 'eager', 'reachability', 'first-definition'] as const),
    ...(['rounds', 'queued', 'own-first'] as const),
  ],
  newRound: ['wanted', 'seen'],
  lateRoots: ['none', 'entry', 'all'],
  placement: ['as-loaded', 'as-parsed', 'not-known'],
  linkerOptions: ['at-once', 'at-the-end'],
  ranks: ['strong-common-weak', 'strong-weak-common'],
  weakTie: ['first', 'ld64', 'lld-link'],
  alternates: ['always', 'if-available'],
  imports: ['exact', 'pointer-serves-name', 'name-serves-pointer'],
  comdats: ['first', 'lld-link', 'mingw', 'by-name'],
  discardedGroups: ['refer', 'never-extract', 'undefine', 'define'],
  commonExtracts: ['none', 'strong-data', 'strong', 'any'],
  commonSize: ['largest', 'first'],
  sharedReplacesCommon: ['none', 'strong-data', 'any'],
  lineDefines: ['at-its-position', 'at-the-end', 'from-the-start', 'unsought'],
  wraps: ['references', 'references-of-libraries', 'lld', 'lld-14', 'lld-strong', 'none'],
  format: ['elf', 'macho', 'coff', 'wasm'],
};

/** The property of each rule; the other rules are properties of a line or a graph. */
const PROPERTIES: readonly (readonly [Rule, keyof LinkerProfile])[] = [
  [Rule.EXTRACTION, 'extraction'],
  [Rule.WEAK_REFERENCE_EXTRACTS, 'weakReferenceExtracts'],
  [Rule.NEW_ROUND, 'newRound'],
  [Rule.READS_IN_ORDER, 'readsInOrder'],
  [Rule.WEAK_DATA_STAYS_WEAK, 'weakDataStaysWeak'],
  [Rule.EXTRACTS_PER_OCCURRENCE, 'extractsPerOccurrence'],
  [Rule.LATE_ROOTS, 'lateRoots'],
  [Rule.PLACEMENT, 'placement'],
  [Rule.TRUSTS_INDEX, 'trustsIndex'],
  [Rule.OFFERS_LOCALS, 'offersLocals'],
  [Rule.READS_ARCHIVES_ONCE, 'readsArchivesOnce'],
  [Rule.LINKER_OPTIONS, 'linkerOptions'],
  [Rule.RANKS, 'ranks'],
  [Rule.WEAK_TIE, 'weakTie'],
  [Rule.WEAK_DEFINITION_BINDS, 'weakDefinitionBinds'],
  [Rule.UNIQUE_IS_WEAK, 'uniqueIsWeak'],
  [Rule.DEAD_STRIP_TAKES_LAST, 'deadStripTakesLast'],
  [Rule.FIRST_REFERENCE_BINDS, 'firstReferenceBinds'],
  [Rule.ABSOLUTES_YIELD, 'absolutesYield'],
  [Rule.IMPORTS_YIELD, 'importsYield'],
  [Rule.ALTERNATES, 'alternates'],
  [Rule.IMPORTS, 'imports'],
  [Rule.COMDATS, 'comdats'],
  [Rule.DISCARDED_GROUPS, 'discardedGroups'],
  [Rule.COMMON_EXTRACTS, 'commonExtracts'],
  [Rule.COMMON_SIZE, 'commonSize'],
  [Rule.SHARED_REPLACES_COMMON, 'sharedReplacesCommon'],
  [Rule.HIDDEN_BINDS_TO_SHARED, 'hiddenBindsToShared'],
  [Rule.SHARED_REPLACES_LAZY, 'sharedReplacesLazy'],
  [Rule.FORGETS_UNNEEDED, 'forgetsUnneeded'],
  [Rule.LINE_DEFINES, 'lineDefines'],
  [Rule.WRAPS, 'wraps'],
  [Rule.DEFSYM_HIDES_DUPLICATES, 'defsymHidesDuplicates'],
  [Rule.UNIQUE_NEVER_CLASHES, 'uniqueNeverClashes'],
  [Rule.IGNORES_MERGEABLE_DUPLICATES, 'ignoresMergeableDuplicates'],
  [Rule.ABSOLUTES_CLASH, 'absolutesClash'],
  [Rule.FORMAT, 'format'],
];

/** The rules of a linker on a line, as the core reads them. */
export function rulesAsNumbers(profile: LinkerProfile, graph: LinkGraph, line: LinkLine): Int32Array {
  const rules = new Int32Array(Rule.COUNT);
  for (const [rule, property] of PROPERTIES) rules[rule] = numberOf(profile, property);
  rules[Rule.STRIPS_DEAD] = Number(line.stripsDead);
  rules[Rule.HAS_STRONG_IN_GROUPS] = Number(profile.comdats === 'by-name' && hasStrongInGroups(graph));
  return rules;
}

function numberOf(profile: LinkerProfile, property: keyof LinkerProfile): number {
  const value = profile[property];
  if (typeof value === 'boolean') return Number(value);
  const values: readonly unknown[] = VALUES[property] ?? [];
  const number = values.indexOf(value);
  if (number < 0) throw new RangeError(`the core does not know the rule ${property}=${value}`);
  return number;
}
