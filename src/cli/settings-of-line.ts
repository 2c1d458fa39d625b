import type { ArchiveId } from '../link/inputs/inputs.js';
import type { OpenedLine } from '../link/line/open-line.js';
import { findProfile, profileFor } from '../link/linkers/find-profile.js';
import type { LinkerId, LinkerProfile } from '../link/linkers/linker-profile.js';
import type { Ownership } from '../plan/twins/ownership.js';
import { type MemberId, NONE } from '../symbols/table.js';
import { type EditOptions, yieldOptions } from './options/edit-option-table.js';
import { parseOwnerRule } from './options/owner-rule.js';
import { UsageError } from './options/usage-error.js';

/** Settings hold for all links of a build: a provider that this line does not have is skipped. */
export function providersOn({ inputs }: OpenedLine, providers: readonly string[]): ArchiveId[] {
  return providers.flatMap((name) =>
    inputs.archives.filter(({ path }) => isNamed(path, name)).map(({ id }) => id),
  );
}

/** By path or file name. */
export const isNamed = (path: string, name: string): boolean => path === name || path.endsWith(`/${name}`);

function objectsOn({ parsed, places }: OpenedLine, name: string): MemberId[] {
  return parsed.inputs.flatMap(({ text }, at) => {
    const place = places[at];
    return place?.kind === 'object' && isNamed(text, name) ? place.member : [];
  });
}

/** The same of rules: one whose archive this line does not have is skipped. @throws UsageError */
export function ownershipOn(opened: OpenedLine, owners: readonly string[]): Ownership[] {
  return owners
    .map(parseOwnerRule)
    .flatMap(({ pattern, path }): Ownership[] => [
      ...objectsOn(opened, path).map((object) => ({ pattern, archive: NONE, object })),
      ...providersOn(opened, [path]).map((archive) => ({ pattern, archive })),
    ]);
}

/** @throws UsageError for a linker that is not known, or links no such objects */
export function profileOf(
  setting: string,
  asked: LinkerId | null,
  { inputs }: OpenedLine,
): LinkerProfile | null {
  const { format } = inputs;
  if (setting === 'auto') return asked === null || format === null ? null : profileFor(asked, format);
  if (setting === 'any') return null;
  const named = findProfile(setting);
  const profile = named && format && profileFor(named.id, format);
  if (!profile) throw new UsageError(`no linker '${setting}' is known for ${format ?? 'no'} objects`);
  return profile;
}

/** Archives that options for edits name. */
export const archivesOfEdits = (edits: EditOptions): string[] => [
  ...yieldOptions(edits).map(({ path }) => path),
  ...(edits.isolate ?? []),
];
