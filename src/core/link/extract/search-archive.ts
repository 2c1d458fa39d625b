import { Column } from '../../column';
import { endEntry, firstEntry, memberOfEntry, nameOfEntry } from '../graph';
import { hasImportedNames, importedThrough } from '../imported-names';
import { newRound, weakDefinitionBinds } from '../linker';
import { canLoad, isLoaded, loadAgain, loaded, loadFile } from '../load-state';
import { PairSet } from '../pair-set';
import { NewRound } from '../rules';
import { COMMON_DEFINED, UNDEFINED, UNSEEN, WEAKLY_DEFINED } from '../symbol-state';
import { extracts, roundEvents, stateOf } from '../symbol-states';

const NONE: i32 = -1;

/** Members that an occurrence of an archive loaded, by item: see `LinkerProfile.weakDefinitionBinds`. */
const taken = new PairSet();

/** By entry of the index: a name that was defined in one pass is not examined again, even if a COMMON replaces a weak
 * definition. */
const isSettled = Column.of<u8>();

export function clearSearches(): void {
  taken.clear();
}

/** Searches an index until a pass extracts nothing. @param item the occurrence of the archive */
export function searchArchive(archive: i32, item: i32): void {
  const first = firstEntry(archive);
  const end = endEntry(archive);
  // Of names that nothing refers to, only a pointer of an import extracts a member.
  const seeksUnseen = hasImportedNames();
  isSettled.fill(end - first, 0);
  let before = NONE;
  while (progress() !== before) {
    before = progress();
    for (let entry = first; entry < end; entry++) {
      const state = stateOf[nameOfEntry[entry]];
      if (state === WEAKLY_DEFINED) isSettled[entry - first] = 1;
      const isSearched = state === UNDEFINED || state === COMMON_DEFINED || (state === UNSEEN && seeksUnseen);
      if (isSearched && isSettled[entry - first] === 0)
        takeEntry(nameOfEntry[entry], memberOfEntry[entry], item);
    }
  }
}

function progress(): i32 {
  return newRound === NewRound.WANTED ? roundEvents : loaded.length;
}

/** Loads the member of an entry of an index if it is extracted for the entry's name. */
function takeEntry(name: i32, member: i32, item: i32): void {
  if (member === NONE) return;
  const isAgain = !weakDefinitionBinds && isLoaded[member] === 1 && !taken.has(item, member);
  if (!isAgain && !canLoad(member)) return;
  const wanted = nameExtracting(name, member);
  if (wanted === NONE) return;
  if (!weakDefinitionBinds) taken.add(item, member);
  if (isAgain) loadAgain(member);
  else loadFile(member, wanted);
}

/**
 * The name for which a member is extracted that its index lists under `name`; NONE for none. If nothing refers to
 * `__imp_f`, GNU ld for Windows takes the member that defines it for `f`.
 *
 * Source: bfd/linker.c `_bfd_generic_link_add_archive_symbols`.
 */
function nameExtracting(name: i32, member: i32): i32 {
  if (extracts(name, member)) return name;
  if (stateOf[name] !== UNSEEN) return NONE;
  const imported = importedThrough(name);
  return imported !== NONE && stateOf[imported] === UNDEFINED ? imported : NONE;
}
