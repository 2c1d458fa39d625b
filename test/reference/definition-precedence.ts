import type { LinkGraph } from '../../src/link/inputs/link-graph.js';
import type { LinkerProfile } from '../../src/link/linkers/linker-profile.js';
import { isAbsolute, isAutoHide, isCommon, isHidden, isUnique, isWeak } from '../../src/symbols/flags.js';
import { NONE, type SymbolId, type SymbolTable } from '../../src/symbols/table.js';
import { isStrong } from './duplicate-definitions.js';
import type { Loading } from './loading.js';

/** Whether a strong definition is after another one on the line. */
export const isFurtherRight = ({ flags, member }: SymbolTable, symbol: SymbolId, other: SymbolId): boolean =>
  other !== NONE && isStrong(flags[symbol]) && isStrong(flags[other]) && member[symbol] > member[other];

/**
 * LLD 14 takes a COMMON away before it extracts the definition that is to replace it (lld/ELF/Symbols.cpp
 * `replaceCommon`): when that goes with its group, nothing is left.
 */
export const losesCommon = (
  { name, inputs: { symbols } }: LinkGraph,
  profile: LinkerProfile,
  loading: Loading,
  lost: SymbolId,
  present: SymbolId,
): boolean =>
  profile.extractsPerOccurrence &&
  present !== NONE &&
  isCommon(symbols.flags[present]) &&
  loading.extractedFor[symbols.member[lost]] === name[lost];

export const hasWeakWinner = ({ inputs: { symbols } }: LinkGraph, winner: SymbolId): boolean =>
  winner !== NONE && isWeak(symbols.flags[winner]);

/** Whether a later definition replaces the one that is there. */
export function replaces(
  symbols: SymbolTable,
  profile: LinkerProfile,
  later: SymbolId,
  present: SymbolId,
): boolean {
  const laterFlags = symbols.flags[later];
  const presentFlags = symbols.flags[present];
  const uniqueIsWeak = profile.uniqueIsWeak && !isCommon(laterFlags) && !isCommon(presentFlags);
  const gain = strength(profile, laterFlags, uniqueIsWeak) - strength(profile, presentFlags, uniqueIsWeak);
  if (gain !== 0) return gain > 0;
  if (isCommon(laterFlags) && isCommon(presentFlags)) {
    if (profile.commonSize === 'first') return false;
    const growth = symbols.size[later] - symbols.size[present];
    const isLast = profile.weakTie === 'ld64' && symbols.member[later] > symbols.member[present];
    return growth > 0 || (growth === 0 && isLast);
  }
  if (isStrong(laterFlags) || profile.weakTie !== 'ld64') return false;
  // ld64, SymbolTable.cpp `NameCollisionResolution`: not auto-hide, then visible, then more aligned, then present.
  if (mayHide(laterFlags) !== mayHide(presentFlags)) return mayHide(presentFlags);
  if (isHidden(laterFlags) !== isHidden(presentFlags)) return isHidden(presentFlags);
  return symbols.alignment[later] > symbols.alignment[present];
}

/** To ld64 what is hidden already is not auto-hide. */
const mayHide = (flags: number): boolean => isAutoHide(flags) && !isHidden(flags);

function strength(profile: LinkerProfile, flags: number, uniqueIsWeak: boolean): number {
  const commonFirst = profile.ranks === 'strong-common-weak';
  if (isCommon(flags)) return commonFirst ? 2 : 1;
  if (isWeak(flags) || ((uniqueIsWeak || profile.uniqueNeverClashes) && isUnique(flags)))
    return commonFirst ? 1 : 2;
  return profile.absolutesYield && isAbsolute(flags) ? 2.5 : 3;
}
