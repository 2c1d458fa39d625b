import { realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative } from 'node:path';
import type { IndexEntries } from '../archive/index-entries.js';
import type { Piece } from '../archive/piece.js';
import { layOutUniversal } from '../archive/universal.js';
import { layOutArchive } from '../archive/write-archive.js';
import { absolutePath } from '../link/command/join-path.js';
import { checkIndex, entriesToWrite } from '../link/inputs/archive-index.js';
import { siblingPath } from '../link/inputs/open-files.js';
import { editedSource } from '../plan/edits/edited-source.js';
import { withTwins } from '../plan/edits/twin-entries.js';
import { EditError } from '../symbols/symbol-edit.js';
import { type ArchiveFile, droppedOf, editedOf, isChanged, isDropped, type Part } from './archive-files.js';
import { OutputError } from './write-file.js';

/**
 * The members that stay of an ELF archive, where what is written follows from them and the archive; null where edits, a
 * universal file or the places of a thin archive's files have a say in it.
 */
export function keptAlone({ path, parts }: ArchiveFile): number[] | null {
  const [{ plan, archive }] = parts;
  const { stored, slice } = archive;
  if (slice || stored.isThin || plan.graph.inputs.format !== 'elf') return null;
  if (parts.some((part) => part.plan.edits)) return null;
  requireAgreement(path, parts);
  return stored.members.map(({ ordinal }) => ordinal).filter((at) => !isDropped(parts[0], at));
}

function editedContents(part: Part): ReadonlyMap<number, Uint8Array> {
  const { edits } = part.plan;
  const contents = new Map<number, Uint8Array>();
  for (const member of edits ? editedOf(part) : []) {
    const own = edits?.byMember.get(member);
    if (!edits || !own) continue;
    const edited = editedSource(edits.inputs, member, own);
    contents.set(member - part.archive.firstMember, edited.bytes('edited object'));
  }
  return contents;
}

export function layOutFile({ path, source, parts }: ArchiveFile, target: string): Piece[] {
  const { slice } = parts[0].archive;
  if (slice && !parts.some(isChanged)) return [{ kind: 'copy', offset: 0, length: source.size }];
  try {
    if (!slice) {
      requireAgreement(path, parts);
      return layOutPart(parts[0], target);
    }
    const contents = slice.universal.slices.map(({ size }, row): Piece[] => {
      const part = parts.find(({ archive }) => archive.slice?.row === row);
      return part && isChanged(part) ? layOutPart(part, target) : [{ kind: 'copy', offset: 0, length: size }];
    });
    return layOutUniversal(slice.universal, contents);
  } catch (error) {
    if (error instanceof RangeError || error instanceof EditError) throw new OutputError(error.message);
    throw error;
  }
}

/**
 * The archive without its dropped members, as pieces of its file. @throws RangeError for archives that are read only
 */
function layOutPart(part: Part, target: string): Piece[] {
  const { archive } = part;
  const { stored, kind } = archive;
  const kept = stored.members.map(({ ordinal }) => ordinal).filter((at) => !isDropped(part, at));
  refuseForApple(part, kept);
  const needsIndex = stored.index !== null || kind === 'darwin' || kind === 'darwin64';
  const entries = needsIndex ? entriesOf(part) : null;
  const rename = stored.isThin ? movedPaths(archive.path, target) : undefined;
  return layOutArchive(stored, kept, entries, rename, editedContents(part));
}

/** Entries for the index. That of an edited archive lists the names that its members have after the edits. */
function entriesOf({ plan, archive }: Part): IndexEntries {
  const { graph, edits } = plan;
  if (!edits) return entriesToWrite(graph.inputs, archive);
  return withTwins(checkIndex(graph.inputs, archive).entries, edits, archive);
}

/**
 * Refuses archives with members that are not objects. ld64 ignores an archive whose first member is not an object, and
 * fails at a later one; Apple's newer linker rejects any. A drop may move such a member to the front.
 *
 * @throws OutputError for a Mach-O archive with such a member, unless the plan is only for LLD
 */
function refuseForApple(part: Part, kept: readonly number[]): void {
  const { plan, archive } = part;
  const { inputs } = plan.graph;
  if (inputs.format !== 'macho' || !isChanged(part)) return;
  if (!plan.scenarios.some(({ profile }) => profile.rejectsNonObjects)) return;
  const strange = kept.find((at) => inputs.contents[archive.firstMember + at].kind === 'not-object');
  if (strange === undefined) return;
  const { label } = inputs.members[archive.firstMember + strange].source;
  throw new OutputError(
    `${label}: is not an object, and Apple's linkers may refuse or ignore an archive with such a member; remove the member, or add --linker ld64.lld`,
  );
}

/** armv7 and armv7s, say, both link an archive of either. */
function requireAgreement(path: string, parts: readonly Part[]): void {
  const [first, ...others] = parts.map((part) => `${droppedOf(part).join()} ${digestOfEdits(part)}`);
  if (others.some((changes) => changes !== first))
    throw new OutputError(
      `${path}: is one archive for several architectures, for which different members can be dropped; choose one with --arch`,
    );
}

const digestOfEdits = (part: Part): string =>
  editedOf(part)
    .flatMap((member) =>
      [...(part.plan.edits?.byMember.get(member)?.values() ?? [])].map(
        ({ action, newName }) => `${member - part.archive.firstMember} ${action} ${newName}`,
      ),
    )
    .join('\n');

/**
 * Maps the paths of a thin archive to those for another folder. Folders are resolved first, since `..` after a symbolic
 * link may lead to another folder than the path shows.
 * @returns a function from stored names to stored names; undefined if the folder stays the same
 */
function movedPaths(archive: string, target: string): ((name: string) => string) | undefined {
  const folder = realFolder(dirname(absolutePath(target)));
  if (folder === realFolder(dirname(absolutePath(archive)))) return undefined;
  return (name) => {
    const path = siblingPath(archive, name);
    if (isAbsolute(Buffer.from(name, 'latin1').toString('utf8'))) return name;
    const moved = join(relative(folder, realFolder(dirname(absolutePath(path)))), basename(path));
    return Buffer.from(moved, 'utf8').toString('latin1');
  };
}

/** Where a folder really is, or will be once it has been made. */
function realFolder(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realFolder(parent), basename(path));
  }
}
