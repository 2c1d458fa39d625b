import type { ByteSource } from '../bytes/byte-source.js';
import type { Archive, Inputs } from '../link/inputs/inputs.js';
import type { LinkerProfile } from '../link/linkers/linker-profile.js';
import type { EmittedEdits } from '../plan/edits/twin-entries.js';
import type { MemberId } from '../symbols/table.js';

/** The outputs of a line, by a new plan or a saved one. */
export interface Decisions {
  readonly graph: { readonly inputs: Inputs };
  /** By MemberId; those of kind `drop` go. */
  readonly verdicts: readonly { readonly kind: string }[];
  /** Symbols to edit in members that stay. */
  readonly edits?: EmittedEdits | null;
  /** The linkers that may read what is written. */
  readonly scenarios: readonly { readonly profile: LinkerProfile }[];
}

/** A file of the line that is an archive, or a universal file with archives, and the plans' changes to them. */
export interface ArchiveFile {
  readonly path: string;
  readonly source: ByteSource;
  readonly parts: readonly Part[];
}

/** The archive of one plan. A universal file has one a slice; any other file one, or one a link that it is part of. */
export interface Part {
  readonly plan: Decisions;
  readonly archive: Archive;
}

export const sourceOf = ({ slice, stored }: Archive): ByteSource => slice?.file ?? stored.source;

export function filesOf(plans: readonly Decisions[]): ArchiveFile[] {
  const files = new Map<ByteSource, ArchiveFile>();
  for (const plan of plans)
    for (const archive of plan.graph.inputs.archives) {
      const source = sourceOf(archive);
      const { path = archive.path, parts = [] } = files.get(source) ?? {};
      files.set(source, { path, source, parts: [...parts, { plan, archive }] });
    }
  return [...files.values()];
}

export const isDropped = ({ plan, archive }: Part, ordinal: number): boolean =>
  plan.verdicts[archive.firstMember + ordinal].kind === 'drop';

export const droppedOf = (part: Part): number[] =>
  part.archive.stored.members.map(({ ordinal }) => ordinal).filter((at) => isDropped(part, at));

export const isChanged = (part: Part): boolean => droppedOf(part).length > 0 || editedOf(part).length > 0;

/** Members that stay and are edited. */
export const editedOf = ({ plan, archive }: Part): MemberId[] => {
  if (!plan.edits) return [];
  const { byMember } = plan.edits;
  return archive.stored.members
    .map(({ ordinal }) => archive.firstMember + ordinal)
    .filter((member) => byMember.has(member) && plan.verdicts[member].kind !== 'drop');
};
