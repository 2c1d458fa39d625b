import type { LinkLine } from './link-line.js';
import type { LinkerProfile } from './linker-profile.js';

/** Why a linker stops at a line that others take; null where it goes on. */
export function refusalOf(profile: LinkerProfile, { items, commonExtracts }: LinkLine): string | null {
  const { id, title, knowsLazyObjects, knowsFortranCommon } = profile;
  if (commonExtracts !== null && !knowsFortranCommon) return `${title} does not know --fortran-common`;
  if (!knowsLazyObjects && items.some(({ kind }) => kind === 'lazy-object'))
    return `${title} does not know --start-lib`;
  const hasExpression = items.some(
    (item) => item.kind === 'definition' && !item.isAlias && item.references.length > 0,
  );
  return hasExpression && id === 'mold' ? `${title} takes a name or a number for --defsym` : null;
}
