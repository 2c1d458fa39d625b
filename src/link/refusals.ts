import type { LinkLine } from './link-line.js';
import type { LinkerProfile } from './linker-profile.js';

/** Why a linker stops at a line that others take; null where it goes on. */
export function refusalOf({ title, knowsLazyObjects }: LinkerProfile, { items }: LinkLine): string | null {
  const hasLazyObjects = items.some(({ kind }) => kind === 'lazy-object');
  return hasLazyObjects && !knowsLazyObjects ? `${title} does not know --start-lib` : null;
}
