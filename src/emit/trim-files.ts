import { realpathSync } from 'node:fs';
import { basename, dirname, extname, isAbsolute, join, relative } from 'node:path';
import type { Piece } from '../archive/piece.js';
import { layOutUniversal } from '../archive/universal.js';
import { layOutArchive } from '../archive/write-archive.js';
import type { ByteSource } from '../bytes/byte-source.js';
import { exactStatusOf } from '../link/command/file-kind.js';
import { absolutePath, joinPath } from '../link/command/join-path.js';
import type { LineInput } from '../link/command/parsed-line.js';
import { rewriteWords } from '../link/command/rewrite-line.js';
import { checkIndex } from '../link/inputs/archive-index.js';
import type { Archive, ArchiveId, Inputs } from '../link/inputs/inputs.js';
import { reasonOf, siblingPath } from '../link/inputs/open-files.js';
import type { OpenedLine } from '../link/line/open-line.js';
import type { LinkerProfile } from '../link/linkers/linker-profile.js';
import { editedBytes } from '../plan/edits/edited-bytes.js';
import { type EmittedEdits, withTwins } from '../plan/edits/twin-entries.js';
import { reportProgress } from '../progress/progress.js';
import { EditError } from '../symbols/symbol-edit.js';
import { type MemberId, NONE } from '../symbols/table.js';
import { makeFolder } from './make-folder.js';
import { atOnce, type Steps } from './steps.js';
import { OutputError, requirePlace, writingSteps } from './write-file.js';

/** Where trimmed archives go: a folder for those that change, or one file for the one archive that is trimmed. */
export type Destination =
  | { readonly kind: 'folder'; readonly path: string; readonly mode?: number }
  | { readonly kind: 'store'; readonly store: ArchiveStore; readonly mode: number }
  | {
      readonly kind: 'file';
      readonly path: string;
      readonly archive: ArchiveId;
      /** Index of the plan that the archive belongs to; 0 by default. */
      readonly plan?: number;
    }
  /** By path of the archive. */
  | { readonly kind: 'places'; readonly places: ReadonlyMap<string, string> };

/** Places for trimmed archives by what is in them. */
export interface ArchiveStore {
  /** A folder as deep as those of the archives, for paths that lead out of it. */
  readonly folderLike: string;
  /** @param archive path of the original */
  place(
    archive: string,
    name: string,
    content: StoredContent,
  ): { readonly path: string; readonly isThere: boolean };
}

/** Content that identifies a trimmed archive of an original: its kept members, or otherwise all that is written. */
export type StoredContent =
  | { readonly kind: 'kept'; readonly members: readonly number[] }
  | { readonly kind: 'pieces'; readonly pieces: readonly Piece[] };

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

/** An archive that was written. */
export interface Output {
  readonly archive: ArchiveId;
  readonly path: string;
}

/** A file of the line that is an archive, or a universal file with archives in it, and what the plans make of those. */
interface ArchiveFile {
  readonly path: string;
  readonly source: ByteSource;
  readonly parts: readonly Part[];
}

/** The archive of one plan. A universal file has one a slice; any other file one, or one a link that it is part of. */
interface Part {
  readonly plan: Decisions;
  readonly archive: Archive;
}

interface Target {
  readonly file: ArchiveFile;
  readonly path: string;
}

/**
 * Writes what the plan changes. All targets are checked before the first byte is written.
 * @param planPath where the plan will be saved, if it will
 * @throws OutputError when a target is an input, or cannot be written
 * @throws InputError when an input was changed since it was read
 */
export function writeTrimmed(plan: Decisions, destination: Destination, planPath?: string): Output[] {
  return writeAllTrimmed([plan], destination, { planPath })[0];
}

/**
 * Writes what the plans of one line change, a file once for all of them.
 * @param planPath, depfile where they will be written, if they will
 * @param paths further files that must not be replaced: inputs that no plan has
 * @returns for each plan its archives that were written
 * @throws OutputError as `writeTrimmed`, and when links do not agree on what to drop from a file that has one archive
 *   for all of them
 */
export function writeAllTrimmed(
  plans: readonly Decisions[],
  destination: Destination,
  {
    planPath,
    depfile,
    paths = [],
  }: {
    readonly planPath?: string | undefined;
    readonly depfile?: string | undefined;
    readonly paths?: readonly string[];
  } = {},
): Output[][] {
  return atOnce(trimmingSteps(plans, destination, { planPath, depfile, paths }));
}

/** The same in steps: stopped between two of them, each file is the old one or the whole new one. */
export function* trimmingSteps(
  plans: readonly Decisions[],
  destination: Destination,
  { planPath, depfile, paths = [] }: NonNullable<Parameters<typeof writeAllTrimmed>[2]>,
): Steps<Output[][]> {
  const files = filesOf(plans);
  const targets = targetsOf(plans, files, destination);
  for (const { path } of targets) requireReplaceable(plans, path, paths);
  requireOwnPlace(targets, planPath, 'the plan');
  requireOwnPlace(targets, depfile, 'the depfile');
  if (destination.kind === 'store') return yield* storingSteps(plans, targets, destination);
  const laidOut = targets.map(({ file, path }) => layOutFile(file, path));
  if (destination.kind === 'folder') makeOutputFolder(destination.path, destination.mode);
  if (destination.kind === 'places') for (const { path } of targets) makeOutputFolder(dirname(path));
  for (const [at, { file, path }] of targets.entries()) {
    reportProgress('write', path, at, targets.length);
    yield* writingSteps(path, laidOut[at], file.source, () => {
      for (const { graph } of plans) requireUnchanged(graph.inputs);
    });
  }
  return outputsOf(plans, targets);
}

function* storingSteps(
  plans: readonly Decisions[],
  targets: readonly Target[],
  { store, mode }: Extract<Destination, { kind: 'store' }>,
): Steps<Output[][]> {
  const stored = targets.map(({ file, path: like }) => {
    const members = keptAlone(file);
    const content: StoredContent =
      members === null ? { kind: 'pieces', pieces: layOutFile(file, like) } : { kind: 'kept', members };
    const { path, isThere } = store.place(file.path, basename(like), content);
    const pieces = isThere ? null : content.kind === 'pieces' ? content.pieces : layOutFile(file, like);
    return { file, path, pieces };
  });
  for (const { file, path, pieces } of stored) {
    if (pieces === null) continue;
    makeOutputFolder(dirname(path), mode);
    yield* writingSteps(path, pieces, file.source, () => {
      for (const { graph } of plans) requireUnchanged(graph.inputs);
    });
  }
  return outputsOf(plans, stored);
}

/**
 * The members that stay of an ELF archive, where what is written follows from them and the archive; null where edits, a
 * universal file or the places of a thin archive's files have a say in it.
 */
function keptAlone({ path, parts }: ArchiveFile): number[] | null {
  const [{ plan, archive }] = parts;
  const { stored, slice } = archive;
  if (slice || stored.isThin || plan.graph.inputs.format !== 'elf') return null;
  if (parts.some((part) => part.plan.edits)) return null;
  requireAgreement(path, parts);
  return stored.members.map(({ ordinal }) => ordinal).filter((at) => !isDropped(parts[0], at));
}

const outputsOf = (plans: readonly Decisions[], targets: readonly Target[]): Output[][] =>
  plans.map((plan) =>
    targets.flatMap(({ file, path }) =>
      file.parts.filter((part) => part.plan === plan).map(({ archive }) => ({ archive: archive.id, path })),
    ),
  );

/** @throws OutputError when an archive goes where another output does */
function requireOwnPlace(targets: readonly Target[], path: string | undefined, what: string): void {
  if (path !== undefined && targets.some((target) => absolutePath(target.path) === absolutePath(path)))
    throw new OutputError(`${path}: is the place of a trimmed archive, and of ${what}`);
}

/** A plan holds of the bytes that it was made from, in every file of the link. @throws InputError */
export function requireUnchanged({ archives, members }: Inputs): void {
  for (const archive of archives) sourceOf(archive).requireUnchanged();
  for (const { archive, source } of members)
    if (archive === NONE || archives[archive].stored.isThin) source.requireUnchanged();
}

const sourceOf = ({ slice, stored }: Archive): ByteSource => slice?.file ?? stored.source;

function filesOf(plans: readonly Decisions[]): ArchiveFile[] {
  const files = new Map<ByteSource, ArchiveFile>();
  for (const plan of plans)
    for (const archive of plan.graph.inputs.archives) {
      const source = sourceOf(archive);
      const { path = archive.path, parts = [] } = files.get(source) ?? {};
      files.set(source, { path, source, parts: [...parts, { plan, archive }] });
    }
  return [...files.values()];
}

const isDropped = ({ plan, archive }: Part, ordinal: number): boolean =>
  plan.verdicts[archive.firstMember + ordinal].kind === 'drop';

const droppedOf = (part: Part): number[] =>
  part.archive.stored.members.map(({ ordinal }) => ordinal).filter((at) => isDropped(part, at));

const isChanged = (part: Part): boolean => droppedOf(part).length > 0 || editedOf(part).length > 0;

/** Members that stay and are edited. */
const editedOf = ({ plan, archive }: Part): MemberId[] => {
  if (!plan.edits) return [];
  const { byMember } = plan.edits;
  return archive.stored.members
    .map(({ ordinal }) => archive.firstMember + ordinal)
    .filter((member) => byMember.has(member) && plan.verdicts[member].kind !== 'drop');
};

function editedContents(part: Part): ReadonlyMap<number, Uint8Array> {
  const { edits } = part.plan;
  const contents = new Map<number, Uint8Array>();
  for (const member of edits ? editedOf(part) : []) {
    const own = edits?.byMember.get(member);
    if (edits && own) contents.set(member - part.archive.firstMember, editedBytes(edits.inputs, member, own));
  }
  return contents;
}

function layOutFile({ path, source, parts }: ArchiveFile, target: string): Piece[] {
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
  const { plan, archive } = part;
  const { stored, kind } = archive;
  const kept = stored.members.map(({ ordinal }) => ordinal).filter((at) => !isDropped(part, at));
  refuseForApple(part, kept);
  const needsIndex = stored.index !== null || kind === 'darwin' || kind === 'darwin64';
  const listed = needsIndex ? checkIndex(plan.graph.inputs, archive).entries : null;
  const entries = listed && plan.edits ? withTwins(listed, plan.edits, archive) : listed;
  const rename = stored.isThin ? movedPaths(archive.path, target) : undefined;
  return layOutArchive(stored, kept, entries, rename, editedContents(part));
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
    `${label}: is not an object, and Apple's linkers may refuse or ignore an archive with such a member: take it out first, or name --linker ld64.lld`,
  );
}

/** armv7 and armv7s, say, both link an archive of either. */
function requireAgreement(path: string, parts: readonly Part[]): void {
  const [first, ...others] = parts.map((part) => `${droppedOf(part).join()} ${digestOfEdits(part)}`);
  if (others.some((changes) => changes !== first))
    throw new OutputError(
      `${path}: is one archive for several architectures, and not the same members may go for each: name one with --arch`,
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

function targetsOf(
  plans: readonly Decisions[],
  files: readonly ArchiveFile[],
  destination: Destination,
): Target[] {
  if (destination.kind === 'file') {
    const source = sourceOf(plans[destination.plan ?? 0].graph.inputs.archives[destination.archive]);
    return files.filter((file) => file.source === source).map((file) => ({ file, path: destination.path }));
  }
  if (destination.kind === 'places') {
    // Lines that were planned together each have the file, and one of them writes it.
    const taken = new Set<string>();
    return files.flatMap((file) => {
      const path = destination.places.get(file.path);
      if (path === undefined || taken.has(path)) return [];
      taken.add(path);
      return { file, path };
    });
  }
  const folder = destination.kind === 'store' ? destination.store.folderLike : destination.path;
  const taken = new Set<string>();
  return files
    .filter(({ parts }) => parts.some(isChanged))
    .map((file) => {
      const name = freeName(basename(file.path), taken);
      taken.add(name);
      return { file, path: joinPath(folder, name) };
    });
}

/** Two archives of one name, from two folders: the second becomes libfoo-2.a, in line order. */
export function freeName(name: string, taken: ReadonlySet<string>): string {
  const extension = extname(name);
  const stem = name.slice(0, name.length - extension.length);
  let candidate = name;
  for (let count = 2; taken.has(candidate); count++) candidate = `${stem}-${count}${extension}`;
  return candidate;
}

/**
 * @param paths further inputs, that no plan has
 * @throws OutputError when the path has something that must not be replaced
 */
export function requireReplaceable(
  plans: readonly Decisions[],
  path: string,
  paths: readonly string[] = [],
): void {
  const target = exactStatusOf(path);
  const inputs = plans.flatMap(({ graph }) => inputPaths(graph.inputs));
  for (const input of new Set([...inputs, ...paths])) {
    const source = exactStatusOf(input);
    const isSameFile = target && source && target.dev === source.dev && target.ino === source.ino;
    if (isSameFile || absolutePath(path) === absolutePath(input))
      throw new OutputError(
        `${path}: is an input of the link: outputs go elsewhere, inputs are never changed`,
      );
  }
  requirePlace(path);
}

/** Every file that the link reads: archives, objects, and what thin archives name. */
export function inputPaths({ archives, members }: Inputs): string[] {
  const objects = members.filter(({ archive }) => archive === NONE || archives[archive].stored.isThin);
  return [
    ...archives.map(({ path }) => path),
    ...objects.map(({ archive, name, source }) => (archive === NONE ? name : source.label)),
  ];
}

function makeOutputFolder(path: string, mode?: number): void {
  try {
    makeFolder(path, mode);
  } catch (error) {
    throw new OutputError(`${path}: the folder cannot be made: ${reasonOf(error)}`);
  }
}

/** The words of the line with each trimmed archive in the place of its original. */
export function rewrittenLine(opened: OpenedLine, outputs: readonly Output[]): string[] {
  return rewrittenLineOfAll([opened], [outputs]);
}

/**
 * The same for a line of several architectures, whose files may have been written for any of them.
 * @param outputs for each of the opened lines, as `writeAllTrimmed` gives them
 */
export function rewrittenLineOfAll(
  lines: readonly OpenedLine[],
  outputs: readonly (readonly Output[])[],
): string[] {
  const paths = replacedInputs(lines, outputs);
  return rewriteWords(lines[0].parsed, (input) => paths.get(input));
}

/** The inputs of a line that were rewritten, and where. */
export function replacedInputs(
  lines: readonly OpenedLine[],
  outputs: readonly (readonly Output[])[],
): Map<LineInput, string> {
  const pathOf = new Map<LineInput, string>();
  lines.forEach(({ parsed, places }, at) => {
    for (const [row, place] of places.entries()) {
      if (place?.kind !== 'archive') continue;
      const output = outputs[at].find(({ archive }) => archive === place.archive);
      if (output) pathOf.set(parsed.inputs[row], output.path);
    }
  });
  return pathOf;
}
