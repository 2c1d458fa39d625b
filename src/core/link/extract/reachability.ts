import { Column } from '../../column';
import { isCommon, isDefined, isLocalState, isReference, isWeak } from '../../symbol-flags';
import { endSymbol, firstSymbol, flagsOf, memberOf, nameOf, names } from '../graph';
import { idOf, isDefinition, isObjectItem, itemCount } from '../line';
import { canLoad, loadAgain } from '../load-state';
import { files, findFiles, isRoot, loadReached, reach, reached, reachFromLine } from './reached-files';

/*
 * mold: the best definition of every name among all files, extracted or not; then what strong references reach from
 * the objects through those. Order plays no part but in ties, and files count in line order, not in that of discovery.
 *
 * Source: mold src/input-files.cc `get_rank`, `mark_live_objects`; src/passes.cc `resolve_symbols`.
 */

const NONE: i32 = -1;

/** mold's ranks of a definition, best first; position on the line breaks ties. A shared library is as an archive. */
enum Rank {
  STRONG_IN_OBJECT = 1,
  WEAK_IN_OBJECT,
  STRONG_IN_ARCHIVE,
  WEAK_IN_ARCHIVE,
  COMMON_IN_OBJECT,
  COMMON_IN_ARCHIVE,
}

/** By name: its best definition, or NONE. */
const best = Column.of<i32>();
const rankOfBest = Column.of<u8>();

export function extractByReachability(): void {
  findFiles();
  findBest();
  for (let item = 0; item < itemCount; item++) if (isDefinition(item)) best[idOf[item]] = NONE;
  reachFromLine(best);
  for (let next = 0; next < reached.length; next++) reachFrom(reached[next]);
  loadReached();
  loadNamedAgain();
}

/** An archive that is named twice is read once, an object twice. */
function loadNamedAgain(): void {
  for (let item = 0; item < itemCount; item++)
    if (isObjectItem(item) && isNamedBefore(item)) loadAgain(idOf[item]);
}

function isNamedBefore(item: i32): bool {
  for (let other = 0; other < item; other++)
    if (isObjectItem(other) && idOf[other] === idOf[item]) return true;
  return false;
}

/** Adds the files that define what a file references, or what it has only as a COMMON. */
function reachFrom(file: i32): void {
  const isOfObject = canLoad(file);
  for (let symbol = firstSymbol(file), end = endSymbol(file); symbol < end; symbol++) {
    const flags = flagsOf[symbol];
    if (isLocalState(flags)) continue;
    const name = nameOf[symbol];
    const winner = best[name];
    // Of a shared library weak references count too, but not for a definition of another library.
    if (winner === NONE || (isOfObject ? isWeak(flags) : !canLoad(memberOf[winner]))) continue;
    const isBetter = isCommon(flags) && !isCommon(flagsOf[winner]);
    if (isReference(flags) || isBetter) reach(memberOf[winner], name, file);
  }
}

function findBest(): void {
  best.fill(names, 0xff);
  rankOfBest.fill(names, 0xff);
  for (let at = 0; at < files.length; at++) {
    const member = files[at];
    for (let symbol = firstSymbol(member), end = endSymbol(member); symbol < end; symbol++) {
      if (!isDefined(flagsOf[symbol])) continue;
      const rank = rankOf(flagsOf[symbol], isRoot[member] === 1);
      const name = nameOf[symbol];
      if (rank >= rankOfBest[name]) continue;
      rankOfBest[name] = rank;
      best[name] = symbol;
    }
  }
}

function rankOf(flags: i32, inObject: bool): u8 {
  if (isCommon(flags)) return <u8>(inObject ? Rank.COMMON_IN_OBJECT : Rank.COMMON_IN_ARCHIVE);
  if (isWeak(flags)) return <u8>(inObject ? Rank.WEAK_IN_OBJECT : Rank.WEAK_IN_ARCHIVE);
  return <u8>(inObject ? Rank.STRONG_IN_OBJECT : Rank.STRONG_IN_ARCHIVE);
}
