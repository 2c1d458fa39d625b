import { Given, Result } from '../../core/link/parts.js';
import { columnsIn, UNSOUND } from '../../symbols/given-columns.js';
import { giveGraph } from './graph-columns.js';
import type { ReadLink } from './read-link.js';
import type { ClashRows } from './resolution.js';

/** Parts of a simulated link by which the definitions of duplicate names are found. */
export interface ClashingLink {
  readonly link: ReadLink;
  /** Rules of the linker: see `rulesAsNumbers`. */
  readonly rules: Int32Array;
  readonly loaded: Int32Array;
  /** Files that are loaded once more. */
  readonly repeated: Int32Array;
  /** Names that a file, then the line, then another file defines: a duplicate, even for a weak definition. */
  readonly redefined: Int32Array;
  /** Names with two definitions that may be reported, in the order in which the second one was read. */
  readonly clashing: Int32Array;
  /** By COMDAT group: see `Outcome` of the core. */
  readonly groupOutcome: Uint8Array;
}

const NO_CLASHES: ClashRows = {
  name: new Int32Array(0),
  start: new Int32Array(1),
  definition: new Int32Array(0),
};

/** Finds the definitions of duplicate names, in the core; other links may have been simulated since. */
export function collectClashes(clashing: ClashingLink): ClashRows {
  if (clashing.clashing.length === 0) return NO_CLASHES;
  const given = columnsIn(clashing.link.bound.inputs.symbols.names);
  giveGraph(given, clashing.link);
  given.giveAnew(Given.RULES, clashing.rules);
  given.giveAnew(Given.LOADED_FILES, clashing.loaded);
  given.giveAnew(Given.REPEATED_FILES, clashing.repeated);
  given.giveAnew(Given.REDEFINED, clashing.redefined);
  given.giveAnew(Given.CLASHING, clashing.clashing);
  given.giveAnew(Given.GROUP_OUTCOME, clashing.groupOutcome);
  const { core } = given;
  const { exports } = core;
  if (exports.collectClashes() === 0) throw new RangeError(UNSOUND);
  const list = (result: Result) => core.numbers(exports.linkResult(result), exports.linkResultLength(result));
  return {
    name: list(Result.CLASH_NAME),
    start: list(Result.CLASH_START),
    definition: list(Result.CLASH_DEFINITION),
  };
}
