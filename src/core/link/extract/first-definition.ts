import { Column } from '../../column';
import { DEFAULT_VISIBILITY } from '../../flag-bits';
import { isCommon, isDefined, isReference, isUnique, isWeak, visibilityOf } from '../../symbol-flags';
import { endSymbol, firstSymbol, flagsOf, isSharedLibrary, memberOf, nameOf, names, sizeOf } from '../graph';
import { unboundWeak } from '../load-state';
import { files, findFiles, hasReached, loadReached, reach, reached, reachFromLine } from './reached-files';

/*
 * wild: a strong reference loads the file with the first definition of its name on the line, extracted or not,
 * strong, weak or common. Order plays no part but in that, and files count in line order, each once.
 *
 * Source: wild libwild/src/resolution.rs `resolve_symbol`, `load_prelude`; symbol_db.rs `SymbolBucket`,
 * `select_symbol`; grouping.rs `is_optional`; input_data.rs `load_inputs`.
 */

const NONE: i32 = -1;

/** By name: its first definition, or NONE. */
const firstOf = Column.of<i32>();
/** By name: the best definition in files, for references that must not bind to a shared library. */
const withinOf = Column.of<i32>();

export function extractByFirstDefinition(): void {
  findFiles();
  findFirst();
  reachFromLine(firstOf);
  for (let next = 0; next < reached.length; next++) reachFrom(reached[next]);
  loadReached();
  // A weak reference binds to the first definition, too: if that is not in the link, others are ignored.
  for (let name = 0; name < names; name++)
    if (firstOf[name] !== NONE && !hasReached(memberOf[firstOf[name]])) unboundWeak.push(name);
}

/** Adds the files that define what a file references strongly. */
function reachFrom(file: i32): void {
  for (let symbol = firstSymbol(file), end = endSymbol(file); symbol < end; symbol++) {
    if (!isReference(flagsOf[symbol]) || isWeak(flagsOf[symbol])) continue;
    const winner = definitionFor(symbol);
    if (winner === NONE) continue;
    // A shared library does not load a further library.
    if (isSharedLibrary(file) && isSharedLibrary(memberOf[winner])) continue;
    reach(memberOf[winner], nameOf[symbol], file);
  }
}

function findFirst(): void {
  firstOf.fill(names, 0xff);
  withinOf.fill(names, 0xff);
  for (let at = 0; at < files.length; at++) {
    const member = files[at];
    const isWithin = !isSharedLibrary(member);
    for (let symbol = firstSymbol(member), end = endSymbol(member); symbol < end; symbol++) {
      if (!isDefined(flagsOf[symbol])) continue;
      const name = nameOf[symbol];
      if (firstOf[name] === NONE) firstOf[name] = symbol;
      if (isWithin && isBetter(symbol, withinOf[name])) withinOf[name] = symbol;
    }
  }
}

/** Strong, then the largest common, then weak or unique: the first of each (`SymbolPrioritySelector`). */
function isBetter(symbol: i32, present: i32): bool {
  if (present === NONE) return true;
  const gain = rankOf(flagsOf[symbol]) - rankOf(flagsOf[present]);
  if (gain !== 0) return gain > 0;
  return isCommon(flagsOf[symbol]) && sizeOf[symbol] > sizeOf[present];
}

function rankOf(flags: i32): i32 {
  if (isCommon(flags)) return 1;
  return isWeak(flags) || isUnique(flags) ? 0 : 2;
}

/** The definition for a reference. One that must be resolved within the output skips libraries: the best in files. */
function definitionFor(reference: i32): i32 {
  const name = nameOf[reference];
  const first = firstOf[name];
  if (first === NONE || visibilityOf(flagsOf[reference]) === DEFAULT_VISIBILITY) return first;
  return isSharedLibrary(memberOf[first]) ? withinOf[name] : first;
}
