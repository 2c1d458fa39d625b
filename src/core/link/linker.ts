import { Column } from '../column';
import { bindColumn } from './given';
import { Given } from './parts';
import { Rule } from './rules';

/*
 * The rules of the linker that is simulated, as options of the line change them: see `LinkerProfile` in
 * src/link/linkers/linker-profile.ts.
 */

const rules = Column.of<i32>();

export let weakReferenceExtracts: bool = false;
export let newRound: i32 = 0;
export let readsInOrder: bool = false;
export let weakDataStaysWeak: bool = false;
export let extractsPerOccurrence: bool = false;
export let trustsIndex: bool = false;
export let offersLocals: bool = false;
export let readsArchivesOnce: bool = false;
export let ranks: i32 = 0;
export let weakTie: i32 = 0;
export let weakDefinitionBinds: bool = false;
export let uniqueIsWeak: bool = false;
export let firstReferenceBinds: bool = false;
export let absolutesYield: bool = false;
export let importsYield: bool = false;
export let imports: i32 = 0;
export let comdats: i32 = 0;
export let discardedGroups: i32 = 0;
export let commonExtracts: i32 = 0;
export let commonSize: i32 = 0;
export let sharedReplacesCommon: i32 = 0;
export let hiddenBindsToShared: bool = false;
export let sharedReplacesLazy: bool = false;
export let lineDefines: i32 = 0;
export let wraps: i32 = 0;
export let uniqueNeverClashes: bool = false;
export let ignoresMergeableDuplicates: bool = false;
export let absolutesClash: bool = false;

/** A rule that is read rarely. */
export function rule(which: Rule): i32 {
  return rules[which];
}

export function openRules(): void {
  bindColumn<i32>(rules, Given.RULES);
  weakReferenceExtracts = isSet(Rule.WEAK_REFERENCE_EXTRACTS);
  newRound = rules[Rule.NEW_ROUND];
  readsInOrder = isSet(Rule.READS_IN_ORDER);
  weakDataStaysWeak = isSet(Rule.WEAK_DATA_STAYS_WEAK);
  extractsPerOccurrence = isSet(Rule.EXTRACTS_PER_OCCURRENCE);
  trustsIndex = isSet(Rule.TRUSTS_INDEX);
  offersLocals = isSet(Rule.OFFERS_LOCALS);
  readsArchivesOnce = isSet(Rule.READS_ARCHIVES_ONCE);
  ranks = rules[Rule.RANKS];
  weakTie = rules[Rule.WEAK_TIE];
  weakDefinitionBinds = isSet(Rule.WEAK_DEFINITION_BINDS);
  uniqueIsWeak = isSet(Rule.UNIQUE_IS_WEAK);
  firstReferenceBinds = isSet(Rule.FIRST_REFERENCE_BINDS);
  absolutesYield = isSet(Rule.ABSOLUTES_YIELD);
  importsYield = isSet(Rule.IMPORTS_YIELD);
  imports = rules[Rule.IMPORTS];
  comdats = rules[Rule.COMDATS];
  discardedGroups = rules[Rule.DISCARDED_GROUPS];
  commonExtracts = rules[Rule.COMMON_EXTRACTS];
  commonSize = rules[Rule.COMMON_SIZE];
  sharedReplacesCommon = rules[Rule.SHARED_REPLACES_COMMON];
  hiddenBindsToShared = isSet(Rule.HIDDEN_BINDS_TO_SHARED);
  sharedReplacesLazy = isSet(Rule.SHARED_REPLACES_LAZY);
  lineDefines = rules[Rule.LINE_DEFINES];
  wraps = rules[Rule.WRAPS];
  uniqueNeverClashes = isSet(Rule.UNIQUE_NEVER_CLASHES);
  ignoresMergeableDuplicates = isSet(Rule.IGNORES_MERGEABLE_DUPLICATES);
  absolutesClash = isSet(Rule.ABSOLUTES_CLASH);
}

function isSet(which: Rule): bool {
  return rules[which] !== 0;
}
