import { Column } from '../column';
import { List } from '../list';
import { isDefined, isReference, isWeak } from '../symbol-flags';
import { flagsOf, nameOf, names, weakDefaultOf } from './graph';
import { weakDefinitionBinds, weakTie } from './linker';
import { Strength } from './parts';
import { WeakTie } from './rules';
import { strengthOf, winnerOf } from './winners';

/*
 * Weak externals of COFF. Whether they define a name or only refer to it, each counts at its position.
 */

const NONE: i32 = -1;
/** No weak external of the name has been read. */
const UNKNOWN: i32 = -2;

/** By name: its first weak external, or NONE. MinGW's ld binds weak references to that one alone. */
const firstWeak = Column.of<i32>();
const firstWeakNames = List.empty();
/** By name: the default of its latest weak external, NONE, or UNKNOWN. */
const latestDefault = Column.of<i32>();

export let countsWeakExternals: bool = false;

export function clearWeakExternals(): void {
  const comparesDefaults = weakTie === WeakTie.LLD_LINK;
  countsWeakExternals = comparesDefaults || !weakDefinitionBinds;
  firstWeakNames.clear();
  if (!weakDefinitionBinds) firstWeak.fill(names, 0xff);
  if (!comparesDefaults) return;
  latestDefault.reserve(names);
  for (let name = 0; name < names; name++) latestDefault[name] = UNKNOWN;
}

/** Records the first weak external of a name. */
export function noteWeakExternal(symbol: i32): void {
  const name = nameOf[symbol];
  if (weakDefinitionBinds || !isWeak(flagsOf[symbol]) || firstWeak[name] !== NONE) return;
  firstWeak[name] = symbol;
  firstWeakNames.push(name);
}

/** Binds names that no strong definition has, and only weak references, to their first weak externals. */
export function bindWeakExternals(): void {
  for (let at = 0; at < firstWeakNames.length; at++) {
    const name = firstWeakNames[at];
    const isOpen = winnerOf[name] === NONE && strengthOf[name] !== <u8>Strength.STRONGLY_REFERENCED;
    if (isOpen && isDefined(flagsOf[firstWeak[name]])) winnerOf[name] = firstWeak[name];
  }
}

/**
 * Whether a symbol is a weak external whose default differs from the previous one of its name (lld-link): two such are
 * duplicates, references and definitions, until a strong definition has been loaded. It is called for all symbols in
 * load order.
 *
 * Source: lld/COFF/InputFiles.cpp `checkAndSetWeakAlias`.
 *
 * @param present the current definition of the name; NONE without one
 */
export function hasOtherDefault(symbol: i32, present: i32): bool {
  if (weakTie !== WeakTie.LLD_LINK) return false;
  const flags = flagsOf[symbol];
  const isOpen = present === NONE || isWeak(flagsOf[present]);
  if (!isWeak(flags) || !isOpen || !(isDefined(flags) || isReference(flags))) return false;
  const name = nameOf[symbol];
  const known = latestDefault[name];
  latestDefault[name] = weakDefaultOf[symbol];
  return known !== UNKNOWN && known !== latestDefault[name];
}
