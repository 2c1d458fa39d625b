import type { LinkerProfile } from '../linkers/linker-profile.js';
import type { LinkLine } from './link-line.js';

/** Why a linker rejects a line that other linkers accept; null if it accepts the line. */
export function refusalOf(
  profile: LinkerProfile,
  { items, commonExtracts, wrapped }: LinkLine,
): string | null {
  const { id, title, supportsStartLib, supportsFortranCommon, wraps, modelsDefsymAndWrap } = profile;
  if (!modelsDefsymAndWrap && (wrapped.length > 0 || items.some(({ kind }) => kind === 'definition')))
    return `${title} has rules of its own for --wrap and --defsym, which are not simulated`;
  if (wrapped.length > 0 && wraps === 'none') return `${title} does not support --wrap`;
  if (commonExtracts !== null && !supportsFortranCommon) return `${title} does not support --fortran-common`;
  if (id === 'gold' && wrapped.some(({ isUnplaced }) => isUnplaced))
    return `${title} renames COMMON and absolute definitions for --wrap, which is not simulated`;
  if (!supportsStartLib && items.some(({ kind }) => kind === 'lazy-object'))
    return `${title} does not support --start-lib`;
  const hasExpression = items.some(
    (item) => item.kind === 'definition' && !item.isAlias && item.references.length > 0,
  );
  return hasExpression && id === 'mold' ? `${title} accepts only a name or a number for --defsym` : null;
}
