import { Column } from '../column';
import { isWeak } from '../symbol-flags';
import { names } from './graph';
import { Strength } from './parts';

/*
 * Columns by name that a link ends with: see `Resolution`.
 */

/** By name: the definition that references bind to, or NONE. */
export const winnerOf = Column.of<i32>();
/** By name: the strongest reference. */
export const strengthOf = Column.of<u8>();
/** By name: loaded definitions that a further strong one would clash with. */
export const strongCount = Column.of<u16>();

export function clearWinners(): void {
  winnerOf.fill(names, 0xff);
  strengthOf.fill(names, 0);
  strongCount.fill(names, 0);
}

export function raise(name: i32, strength: u8): void {
  if (strengthOf[name] < strength) strengthOf[name] = strength;
}

/** Records a reference with these flags. */
export function refer(name: i32, flags: i32): void {
  raise(name, <u8>(isWeak(flags) ? Strength.WEAKLY_REFERENCED : Strength.STRONGLY_REFERENCED));
}
