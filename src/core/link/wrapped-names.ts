import { Column } from '../column';
import { isReference } from '../symbol-flags';
import { givenRows } from './given';
import { flagsOf, nameOf, names } from './graph';
import { realName, wrappedName, wrapperName } from './line';
import { discardedGroups } from './linker';
import { Given } from './parts';
import { DiscardedGroups } from './rules';

/*
 * Names of --wrap: see src/link/inputs/wrapped-names.ts.
 */

const NONE: i32 = -1;

/** By name: the one to which --wrap redirects its references, or NONE. */
const redirectedTo = Column.of<i32>();
/** Whether definitions are redirected, too. */
let redirectsDefinitions: bool = false;

export function openWrappedNames(): void {
  const count = givenRows(Given.WRAPPED_NAME);
  redirectsDefinitions = count > 0 && discardedGroups === DiscardedGroups.NEVER_EXTRACT;
  if (!redirectsDefinitions) return;
  redirectedTo.fill(names, 0xff);
  for (let at = 0; at < count; at++) redirectedTo[realName[at]] = wrappedName[at];
  for (let at = 0; at < count; at++) redirectedTo[wrappedName[at]] = wrapperName[at];
}

/** The name that a row references, after --wrap. GNU ld also redirects a definition in a discarded group. */
export function searchedName(symbol: i32): i32 {
  const name = nameOf[symbol];
  if (!redirectsDefinitions || isReference(flagsOf[symbol])) return name;
  return redirectedTo[name] === NONE ? name : redirectedTo[name];
}
