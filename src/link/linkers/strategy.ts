import type { LinkerIdentity, LinkerProfile, RuleGroups } from './linker-profile.js';

/**
 * One way in which linkers treat a group of questions.
 *
 * @template Rules the group: `SearchRules`, `ComdatRules`, …
 */
export interface Strategy<Rules> {
  /** Short, unique in its group: `one pass`. */
  readonly name: string;
  /** Description of the linker's behaviour, in one or two sentences. */
  readonly rule: string;
  /** Evidence: a file and function of the linker's source, or the experiment. */
  readonly source: string;
  readonly values: Rules;
}

/** A linker as its file describes it: who it is, and one strategy for each group. */
export interface Linker {
  readonly identity: LinkerIdentity;
  readonly strategies: { readonly [Group in keyof RuleGroups]: Strategy<RuleGroups[Group]> };
}

/** Common values of most linkers' identities: they were run, and their outcome is known. */
export const NAMED = { notRun: null, outcome: null, outcomeOf: null } as const;

/** The rules of all groups in one object, as the simulation reads them. */
export function profileOf({ identity, strategies }: Linker): LinkerProfile {
  return {
    ...identity,
    ...strategies.search.values,
    ...strategies.archives.values,
    ...strategies.precedence.values,
    ...strategies.comdat.values,
    ...strategies.commons.values,
    ...strategies.shared.values,
    ...strategies.lineNames.values,
    ...strategies.clashes.values,
  };
}
