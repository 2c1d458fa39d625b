import type { OpenedLine } from '../../link/line/opened-line.js';
import { findProfile, linkerProfiles, profileFor } from '../../link/linkers/find-profile.js';
import type { LinkerId, LinkerProfile } from '../../link/linkers/linker-profile.js';
import type { Scope } from './files-on-line.js';
import { suggestion } from './suggest.js';
import { UsageError } from './usage-error.js';

/**
 * The linker that `--linker` or a setting names; null for `any`: the plan then holds on each linker of the format.
 *
 * @param find what `auto` means: the linker that the tool or the line names; null where it is not known
 * @param scope `many-lines`: the name may be that of a family (`lld`), as lines of several formats are linked
 * @throws UsageError for a linker that is not known, or does not link such objects
 */
export function chosenLinker(
  name: string,
  { inputs: { format } }: OpenedLine,
  find: () => LinkerProfile | null,
  scope: Scope,
): LinkerProfile | null {
  const fitting = linkerProfiles.filter((profile) => format === null || profile.format === format);
  if (fitting.length === 0)
    throw new UsageError(`no linker for ${format} objects is simulated yet: see inspect`);
  if (name === 'auto') return find();
  if (name === 'any') return null;
  const known = findProfile(name);
  const profile = known && linkerProfiles.includes(known) ? known : null;
  const ofFormat =
    profile && scope === 'many-lines' && format !== null ? profileFor(profile.id, format) : profile;
  if (ofFormat && fitting.includes(ofFormat)) return ofFormat;
  const ids = fitting.map(({ id }) => id);
  throw new UsageError(
    profile
      ? `--linker ${name}: ${profile.title} does not link ${format} objects (expected ${ids.join(', ')}, any or auto)`
      : unknownLinker(name, ids),
  );
}

/** @throws UsageError for a name that no linker of any format has */
export function requireLinker(name: string): void {
  const known = findProfile(name);
  if (name === 'auto' || name === 'any' || (known !== null && linkerProfiles.includes(known))) return;
  throw new UsageError(
    unknownLinker(
      name,
      linkerProfiles.map(({ id }) => id),
    ),
  );
}

const unknownLinker = (name: string, ids: readonly string[]): string =>
  `--linker ${name}: unknown linker${suggestion(name, [...ids, 'any', 'auto'])} (expected ${ids.join(', ')}, any or auto)`;

/** A linker as it reads the objects of a line; null where it reads none such, or is not known. */
export const profileOn = (
  linker: LinkerId | null,
  { inputs: { format } }: OpenedLine,
): LinkerProfile | null => (linker === null || format === null ? null : profileFor(linker, format));
