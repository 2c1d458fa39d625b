import { List } from '../list';
import { bind, clashing, isCountDecisive, undefinedNames } from './bind';
import { clashDefinition, clashName, clashStart } from './clashes';
import { groupOutcomes } from './comdats';
import { extractEagerly, tooDeep } from './eager/extract-eagerly';
import { extractByFirstDefinition } from './extract/first-definition';
import { extractOwnFirst } from './extract/own-first';
import { extractQueued } from './extract/queued';
import { extractByReachability } from './extract/reachability';
import { extractInRounds } from './extract/rounds';
import { extractInSinglePass } from './extract/single-pass';
import { hasSoundColumns, openGraph } from './graph';
import { openImportedNames } from './imported-names';
import { hasSoundItems, openLine } from './line';
import { openRules, rule } from './linker';
import {
  clearLoads,
  extractedBy,
  extractedFor,
  isLoaded,
  isPlacedAsParsed,
  loaded,
  placed,
  repeated,
} from './load-state';
import { Result } from './parts';
import { Extraction, Rule } from './rules';
import { redefined } from './symbol-states';
import { strengthOf, strongCount, winnerOf } from './winners';
import { openWrappedNames } from './wrapped-names';

/*
 * Simulates a link of columns that TypeScript filled (`giveColumn`): which members are extracted, and which definition
 * each name binds to. The TypeScript side is src/link/resolve/.
 */

const NONE: i32 = -1;

/** Whether all ids in the graph's columns are within their tables; required before any link. */
export function isGraphSound(): bool {
  openGraph();
  return hasSoundColumns();
}

/** The same for the line's columns, with a valid graph. @param items of the line */
export function isLineSound(items: i32): bool {
  openGraph();
  openLine(items);
  return hasSoundItems();
}

/**
 * Simulates the link. The columns must be sound.
 * @param items of the line
 * @param optionalName the name that lld-link searches for if an archive could define it, or NONE
 */
export function simulateLink(items: i32, optionalName: i32): void {
  openGraph();
  openLine(items);
  openRules();
  openWrappedNames();
  openImportedNames();
  clearLoads();
  extract(optionalName);
  bind();
}

function extract(optionalName: i32): void {
  switch (<Extraction>rule(Rule.EXTRACTION)) {
    case Extraction.SINGLE_PASS:
      extractInSinglePass();
      break;
    case Extraction.EAGER:
      extractEagerly();
      break;
    case Extraction.REACHABILITY:
      extractByReachability();
      break;
    case Extraction.FIRST_DEFINITION:
      extractByFirstDefinition();
      break;
    case Extraction.ROUNDS:
      extractInRounds();
      break;
    case Extraction.QUEUED:
      extractQueued(optionalName);
      break;
    default:
      extractOwnFirst();
  }
}

/** Rows of a list of the result; −1 for files that are placed in the order in which they are loaded. */
export function linkResultLength(result: Result): i32 {
  if (result === Result.PLACED && !isPlacedAsParsed) return NONE;
  return listOf(result).length;
}

/** Where a column of the result is, up to the next link. */
export function linkResult(result: Result): usize {
  switch (result) {
    case Result.IS_LOADED:
      return isLoaded.start;
    case Result.EXTRACTED_FOR:
      return extractedFor.start;
    case Result.EXTRACTED_BY:
      return extractedBy.start;
    case Result.WINNERS:
      return winnerOf.start;
    case Result.REFERENCE_STRENGTH:
      return strengthOf.start;
    case Result.STRONG_COUNT:
      return isCountDecisive() ? strongCount.start : 0;
    case Result.GROUP_OUTCOME:
      return groupOutcomes();
    default:
      return listOf(result).start;
  }
}

function listOf(result: Result): List {
  switch (result) {
    case Result.LOADED:
      return loaded;
    case Result.PLACED:
      return placed;
    case Result.REPEATED:
      return repeated;
    case Result.REDEFINED:
      return redefined;
    case Result.CLASHING:
      return clashing;
    case Result.CLASH_NAME:
      return clashName;
    case Result.CLASH_START:
      return clashStart;
    case Result.CLASH_DEFINITION:
      return clashDefinition;
    default:
      return undefinedNames;
  }
}

/** A file whose linker directives nest too deep, so that the link is not simulated; NONE without one. */
export function linkTooDeep(): i32 {
  return rule(Rule.EXTRACTION) === Extraction.EAGER ? tooDeep : NONE;
}
