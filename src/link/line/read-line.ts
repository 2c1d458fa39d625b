import { reportProgress } from '../../progress/progress.js';
import { isOfUser } from '../command/driver-inputs.js';
import { LineError } from '../command/line-error.js';
import type { LineInput, ParsedLine } from '../command/parsed-line.js';
import type { Skipped } from '../command/skipped.js';
import { type FoundInputs, findInputs } from '../inputs/find-inputs.js';
import { withHiddenArchives } from '../inputs/hidden-archives.js';
import type { InputFile } from '../inputs/input-file.js';
import type { InputPlace, Inputs, Purpose } from '../inputs/inputs.js';
import { withNamedArchives } from '../inputs/named-files.js';
import { InputError, type OpenFiles } from '../inputs/open-files.js';
import { inputsReader, type KeptReading } from '../inputs/read-inputs.js';
import { architectureOfObjects, targetOf } from '../inputs/universal-inputs.js';
import { type PartOfLine, partsFor } from './line-parts.js';
import type { LinkLine } from './link-line.js';
import { layoutOf, makeLinkLine } from './make-link-line.js';
import { notSimulated } from './not-simulated.js';
import { memoized, opener, openPart } from './open-requested.js';
import type { OpenedLine, RelinedLine } from './opened-line.js';
import { findReexported, readReexported } from './reexported-files.js';
import {
  type RequestedFiles,
  readRequested,
  resolveRequests,
  withDefaultLibraries,
} from './requested-files.js';

/** The files of a line, found and opened. */
export interface OpenedFiles extends FoundInputs {
  readonly parsed: ParsedLine;
  readonly files: OpenFiles;
  readonly kept?: KeptReading;
}

/** Which parts of the opened files are read, and how. */
interface Reading {
  readonly architecture: string | null;
  readonly parts: readonly PartOfLine[];
  readonly skipped: readonly Skipped[];
  readonly purpose: Purpose;
  reread?(words: readonly string[]): ParsedLine;
}

/** The files of a line as read, with those that its objects and libraries name. */
interface ReadFiles {
  readonly inputs: Inputs;
  readonly placeOf: ReadonlyMap<LineInput, InputPlace>;
  readonly requests: ReturnType<typeof resolveRequests>;
  readonly reexported: ReturnType<typeof readReexported>;
  /** Files that objects or libraries name, and that were not found. */
  readonly missing: readonly Skipped[];
  /** @returns null for a file that was not read */
  placeOfFile(file: InputFile): InputPlace | null;
}

/**
 * Reads the files of a line for one architecture.
 * @throws LineError, InputError, MalformedError, MixedInputsError
 */
export function readLine(opened: OpenedFiles, reading: Reading): OpenedLine {
  const { parsed, files, found, scripts, incompatible } = opened;
  const read = readFiles(opened, reading);
  const named = new Set(found.map(({ named }) => named));
  return {
    architecture: reading.architecture,
    inputs: read.inputs,
    line: lineOf(read, opened, read.placeOf),
    parsed,
    places: parsed.inputs.map((input) => read.placeOf.get(input) ?? null),
    skipped: [
      ...reading.skipped,
      ...read.missing,
      ...notSimulated(read.inputs, parsed, scripts, read.placeOf),
    ],
    paths: [
      ...found.map(({ named }) => named.file.path),
      ...scripts.map(({ path }) => path),
      ...incompatible,
      ...parsed.nameListFiles,
      ...parsed.responseFiles,
    ],
    universal: [...named].flatMap(({ file: { path }, universal }) =>
      universal === null ? [] : { path, file: universal },
    ),
    relined: (words) => relined(opened, reading, read, words),
    close: files.close,
  };
}

function readFiles(
  { parsed, files, found, scripts, kept }: OpenedFiles,
  { architecture, parts, purpose }: Reading,
): ReadFiles {
  const read = parts.flatMap(({ input, files }) => files.map((file) => ({ input, file })));
  const ownArchitecture = memoized(
    () => architecture ?? parsed.architectures[0] ?? architectureOfObjects(found.map(({ named }) => named)),
  );
  const target = () => {
    const own = ownArchitecture();
    return own === null ? null : targetOf(own, parsed.apple.systemVersion);
  };
  const reader = inputsReader(purpose, target, kept);
  const ofLine = new Set(parsed.inputs);
  const places = read.map(({ input, file }, at) => {
    reportProgress('read', file.path, at, read.length);
    return reader.add(file, ofLine.has(input) && isOfUser(input));
  });
  const missing: Skipped[] = [];
  const skip = (skipped: Skipped) => missing.push(skipped);
  const open = (path: string, what: string) => openPart(files.open(path), what, ownArchitecture, skip);
  const requested: RequestedFiles =
    purpose === 'link' ? readRequested(reader, opener(parsed, open, skip)) : new Map();
  const reexported = readReexported(reader, [...places, ...requested.values()], (name, by) => {
    const path = findReexported(name, by, parsed);
    if (path === null) skip({ what: name, reason: `${by} re-exports it, but it was not found` });
    return path === null ? null : open(path, name);
  });
  const inputs = withNamedArchives(
    withHiddenArchives(reader.finish(), parsed),
    layoutOf(parsed, scripts).files,
  );
  for (const [at, place] of places.entries()) requireLinkable(inputs, place, read[at].file);
  const defaultLibraries = read.flatMap(({ input }, at) =>
    input.kind === 'default-library' ? [{ name: input.text, place: places[at] }] : [],
  );
  return {
    inputs,
    placeOf: new Map(read.map(({ input }, at) => [input, places[at]])),
    requests: resolveRequests(inputs, withDefaultLibraries(requested, defaultLibraries), reexported),
    reexported,
    missing,
    placeOfFile: (file) => reader.placeOf(file),
  };
}

const lineOf = (
  { inputs, requests, reexported }: ReadFiles,
  { parsed, found, missing, scripts }: Pick<OpenedFiles, 'parsed' | 'found' | 'missing' | 'scripts'>,
  placeOf: ReadonlyMap<LineInput, InputPlace>,
): LinkLine =>
  makeLinkLine({
    inputs,
    parsed,
    scripts,
    placeOf,
    missing: missing.map(({ what, input, at }) => ({
      what,
      group: input.group,
      behind: found.slice(at).map((one) => one.input),
    })),
    requests,
    reexported,
  });

function relined(
  { files }: OpenedFiles,
  { architecture, reread }: Reading,
  read: ReadFiles,
  words: readonly string[],
): RelinedLine {
  if (reread === undefined) throw new LineError('this line was not read for a link');
  const parsed = reread(words);
  const again = findInputs(parsed, files);
  const placed = partsFor(again.found, architecture, () => {}).flatMap(({ input, files }) =>
    files.map((file) => [input, requirePlace(read.placeOfFile(file), file)] as const),
  );
  const placeOf = new Map(placed);
  const line = lineOf(read, { parsed, ...again }, placeOf);
  return { parsed, line, places: parsed.inputs.map((input) => placeOf.get(input) ?? null) };
}

/** @throws LineError for a file that was not read */
function requirePlace(place: InputPlace | null, { path }: InputFile): InputPlace {
  if (place === null) throw new LineError(`${path}: is not on the line that was read`);
  return place;
}

/** A file on the line itself must be something that a linker accepts. */
function requireLinkable(inputs: Inputs, place: InputPlace, { path, slice, source }: InputFile): void {
  if (place.kind !== 'object' || inputs.contents[place.member].kind !== 'not-object') return;
  if (isWindowsResource(source)) return;
  const isEmpty = inputs.members[place.member].size === 0;
  if (slice) throw source.error(0, isEmpty ? 'the slice is empty' : 'neither an archive nor an object file');
  throw new InputError(`${path}: ${isEmpty ? 'the file is empty' : 'neither an archive nor an object file'}`);
}

/** Whether a file has compiled Windows resources (.res), which begin with an empty entry of 32 bytes. */
function isWindowsResource(source: InputFile['source']): boolean {
  const head = source.viewUpTo(0, 16, 'file magic').bytes;
  return Buffer.compare(head, Buffer.from('0000000020000000ffff0000ffff0000', 'hex')) === 0;
}
