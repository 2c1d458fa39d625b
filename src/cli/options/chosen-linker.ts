import type { OpenedLine } from '../../link/line/open-line.js';
import { findProfile, linkerProfiles, profileFor } from '../../link/linkers/find-profile.js';
import type { LinkerId, LinkerProfile } from '../../link/linkers/linker-profile.js';
import { UsageError } from './usage-error.js';

/**
 * The linker that `--linker` or a setting names; null for `any`: the plan then holds on each linker of the format.
 *
 * @param found what `auto` means: the linker that the tool named; null where it is not known
 * @throws UsageError for a linker that is not known, or does not link such objects
 */
export function chosenLinker(
  name: string,
  { inputs: { format } }: OpenedLine,
  found: LinkerProfile | null,
): LinkerProfile | null {
  const fitting = linkerProfiles.filter((profile) => format === null || profile.format === format);
  if (fitting.length === 0)
    throw new UsageError(`no linker for ${format} objects is simulated yet: see inspect`);
  if (name === 'auto') return found;
  if (name === 'any') return null;
  const known = findProfile(name);
  const profile = known && linkerProfiles.includes(known) ? known : null;
  if (profile && fitting.includes(profile)) return profile;
  const ids = fitting.map(({ id }) => id).join(', ');
  throw new UsageError(
    profile
      ? `${profile.title} does not link ${format} objects: ${ids}, any`
      : `no linker '${name}' is known: ${ids}, any`,
  );
}

/** A linker as it reads the objects of a line; null where it reads none such, or is not known. */
export const profileOn = (
  linker: LinkerId | null,
  { inputs: { format } }: OpenedLine,
): LinkerProfile | null => (linker === null || format === null ? null : (profileFor(linker, format) ?? null));
