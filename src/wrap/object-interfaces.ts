import type { InterfaceRecorder } from '../link/inputs/object-interface.js';
import type { OpenedLine } from '../link/line/opened-line.js';
import type { TrimPlan } from '../plan/plan-trim.js';
import { isDefined } from '../symbols/flags.js';
import type { MemberId } from '../symbols/table.js';
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
  const definitions = new Uint32Array(symbols.names.length);
  for (let symbol = 0; symbol < symbols.length; symbol++)
    if (isDefined(symbols.flags[symbol])) definitions[symbols.name[symbol]]++;
  /** A twin defines the very names that its twin does. */
  const isUnique = (member: MemberId): boolean => {
    for (let symbol = symbols.firstSymbol[member]; symbol < symbols.firstSymbol[member + 1]; symbol++)
      if (isDefined(symbols.flags[symbol]) && definitions[symbols.name[symbol]] === 1) return true;
    return false;
  };
  return places.flatMap((place, input) => {
    if (place?.kind !== 'object') return [];
    const own = digests.get(place.member);
    const isAlone = twins.origins[place.member] === null && isUnique(place.member);
    return own === undefined || !isAlone ? [] : [{ input, interface: own }];
  });
}
