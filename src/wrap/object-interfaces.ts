import type { InterfaceRecorder } from '../link/inputs/object-interface.js';
import type { OpenedLine } from '../link/line/opened-line.js';
import type { TrimPlan } from '../plan/plan-trim.js';
import { isDefined } from '../symbols/flags.js';
import type { NameId } from '../symbols/names.js';
import type { MemberId, SymbolTable } from '../symbols/table.js';
import type { RememberedPlan } from './remembered-line.js';

/**
 * The objects on a line of which a plan depends on the interface alone: none of their bytes was read for it, and none
 * can be the twin of a member, of which it would depend on size and origin too.
 */
export function interfacesOf(
  { places, inputs }: OpenedLine,
  { twins }: TrimPlan,
  recorder: InterfaceRecorder,
): RememberedPlan['interfaces'] {
  const digests = recorder.digests();
  const { symbols } = inputs;
  const isDefinedOnce = singleDefinitions(symbols);
  /** Twins define exactly the same names. */
  const isUnique = (member: MemberId): boolean => {
    for (let symbol = symbols.firstSymbol[member]; symbol < symbols.firstSymbol[member + 1]; symbol++)
      if (isDefined(symbols.flags[symbol]) && isDefinedOnce(symbols.name[symbol])) return true;
    return false;
  };
  return places.flatMap((place, input) => {
    if (place?.kind !== 'object') return [];
    const own = digests.get(place.member);
    const isAlone = twins.origins[place.member] === null && isUnique(place.member);
    return own === undefined || !isAlone ? [] : [{ input, interface: own }];
  });
}

/** Names whose definitions are searched one by one: one of the first names of most objects is theirs alone. */
const MOST_SEARCHES = 16;

/** Whether a name has one definition among all files. */
function singleDefinitions(symbols: SymbolTable): (wanted: NameId) => boolean {
  const { flags, name } = symbols;
  let searches = 0;
  let counts: Uint32Array | null = null;
  const count = (wanted: NameId): number => {
    let found = 0;
    for (let row = name.indexOf(wanted); row >= 0 && found < 2; row = name.indexOf(wanted, row + 1))
      if (isDefined(flags[row])) found++;
    return found;
  };
  return (wanted) => {
    if (counts === null && searches++ < MOST_SEARCHES) return count(wanted) === 1;
    counts ??= countDefinitions(symbols);
    return counts[wanted] === 1;
  };
}

/** By name: how many definitions it has. */
function countDefinitions({ length, flags, name, names }: SymbolTable): Uint32Array {
  const counts = new Uint32Array(names.length);
  for (let row = 0; row < length; row++) if (isDefined(flags[row])) counts[name[row]]++;
  return counts;
}
