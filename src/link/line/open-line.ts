import type { UniversalFile } from '../../archive/universal.js';
import { reportProgress } from '../../progress/progress.js';
import { type DriverInputs, driverInputs, isOfUser, withDriverInputs } from '../command/driver-inputs.js';
import { LineError } from '../command/line-error.js';
import { parseLine } from '../command/parse-line.js';
import type { LineInput, ParsedLine } from '../command/parsed-line.js';
import { anyProgram, programOf } from '../command/program.js';
import type { Skipped } from '../command/skipped.js';
import { isWithoutDefaultLibrary } from '../inputs/default-libraries.js';
import { type FoundInput, type FoundInputs, findInputs } from '../inputs/find-inputs.js';
import { withoutMissingFolders } from '../inputs/find-library.js';
import { withHiddenArchives } from '../inputs/hidden-archives.js';
import type { InputFile } from '../inputs/input-file.js';
import { type InputPlace, type Inputs, inputsReader, type Purpose } from '../inputs/inputs.js';
import { withNamedArchives } from '../inputs/named-files.js';
import type { InterfaceRecorder } from '../inputs/object-interface.js';
import { InputError, type OpenFiles, openFiles } from '../inputs/open-files.js';
import { readText } from '../inputs/read-text.js';
import {
  allParts,
  architectureOfObjects,
  architecturesOf,
  nameFile,
  partFor,
  targetOf,
} from '../inputs/universal-inputs.js';
import type { LinkLine } from './link-line.js';
import { layoutOf, makeLinkLine } from './make-link-line.js';
import { notSimulated } from './not-simulated.js';
import { findReexported, readReexported } from './reexported-files.js';
import {
  findRequested,
  type OpenRequested,
  obeysDependentLibraries,
  type RequestedFiles,
  readRequested,
  resolveRequests,
  withDefaultLibraries,
} from './requested-files.js';

/** A line with all its files read. Close it when nothing more is to be read from them. */
export interface OpenedLine {
  /** The one that its universal files were read for; null for a line without any. */
  readonly architecture: string | null;
  readonly inputs: Inputs;
  readonly line: LinkLine;
  readonly parsed: ParsedLine;
  /** By input of `parsed.inputs`: where it is found; null when it was skipped. */
  readonly places: readonly (InputPlace | null)[];
  readonly skipped: readonly Skipped[];
  /** Every file that was opened, whether or not it takes part. */
  readonly paths: readonly string[];
  /** The universal files among them. */
  readonly universal: readonly { readonly path: string; readonly file: UniversalFile }[];
  /**
   * The link of other words that name the same files: moved, named again, or with other options.
   * @throws LineError where they name a file that is not on this line, and whatever reading a line throws
   */
  relined(words: readonly string[]): RelinedLine;
  close(): void;
}

/** Another line over the same files. */
export interface RelinedLine extends Pick<OpenedLine, 'parsed' | 'line' | 'places'> {}

/** The links that one line means: one for each architecture of its universal files. Their files are open together. */
export interface OpenedLines {
  readonly lines: readonly OpenedLine[];
  close(): void;
}

/** Settings for opening a line, besides its arguments. */
export interface LineOpening {
  /** Architectures to read from universal files; by default those of `-arch`, or all that are found. */
  readonly architectures?: readonly string[];
  /** The compiler or linker that reads the line, by name or path: what options mean differs. Null: any. */
  readonly program?: string | null;
  /** Where libraries are looked for, the linker's own folders included; null: where the line says. */
  readonly libraryFolders?: readonly string[] | null;
  /**
   * The line that a compiler driver hands to its linker: start files and libraries that the user's line does not name.
   */
  readonly handed?: HandedLine | null;
  /** Of what a plan may depend on of the objects on the line. */
  readonly recorder?: InterfaceRecorder | null;
}

/** The line that a compiler driver passes to its linker. */
export interface HandedLine {
  readonly program: string;
  readonly words: readonly string[];
  /** The user's arguments for the driver. */
  readonly given: readonly string[];
}

/** Returns a function that parses the arguments of a line with these settings. */
function lineReader(
  args: readonly string[],
  { program = null, libraryFolders = null, handed = null }: LineOpening,
) {
  const read = (words: readonly string[]) =>
    parseLine(words, readText, program === null ? anyProgram : programOf(program, words));
  const parsed = read(args);
  const driver = handed === null ? null : driverInputsOf(read(handed.given), handed);
  return {
    parsed,
    complete: (one: ParsedLine): ParsedLine => {
      const own = driver === null ? one : withDriverInputs(one, driver);
      return libraryFolders === null ? own : { ...own, libraryFolders };
    },
    read,
  };
}

/** Null where the driver's line cannot be read, or is another. */
function driverInputsOf(parsed: ParsedLine, { program, words }: HandedLine): DriverInputs | null {
  try {
    const linker = /collect2(?:\.exe)?$/.test(program) ? 'ld' : program;
    return driverInputs(parsed, parseLine(words, readText, programOf(linker, words)));
  } catch (error) {
    if (error instanceof LineError) return null;
    throw error;
  }
}

/**
 * Opens the inputs of a link line and reads them for each architecture.
 * @param args the arguments after the linker's name
 * @throws LineError, InputError, MalformedError, MixedInputsError
 */
export function openLines(args: readonly string[], opening: LineOpening = {}): OpenedLines {
  const { architectures = [], recorder = null } = opening;
  const { parsed, complete, read } = lineReader(args, opening);
  return withFiles(complete(parsed), (opened) => {
    const wanted = architectures.length > 0 ? architectures : opened.parsed.architectures;
    const named = opened.found.map(({ named }) => named);
    const reread = (words: readonly string[]) => withoutMissingFolders(complete(read(words)));
    const lines = architecturesOf(named, wanted).map((architecture) =>
      readFor({ ...opened, recorder }, architecture, reread),
    );
    return { lines, close: opened.files.close };
  });
}

/**
 * Opens and reads the inputs of a link line with one architecture, or inspects all architectures.
 * @param args the arguments after the linker's name
 * @throws LineError, InputError, MalformedError, MixedInputsError
 */
export function openLine(args: readonly string[], purpose: Purpose = 'link'): OpenedLine {
  if (purpose === 'inspect')
    return withFiles(parseLine(args, readText, anyProgram), (opened) => {
      const parts = opened.found.map(({ input, named }) => ({ input, files: allParts(named) }));
      return readLine(opened, { architecture: null, parts, skipped: opened.skipped, purpose });
    });
  const { lines, close } = openLines(args);
  if (lines.length === 1) return lines[0];
  close();
  const names = lines.map(({ architecture }) => architecture).join(', ');
  throw new LineError(`the line is for ${names}: name one with -arch`);
}

/** The files of a line, found and opened. */
interface OpenedFiles extends FoundInputs {
  readonly parsed: ParsedLine;
  readonly files: OpenFiles;
  readonly recorder?: InterfaceRecorder | null;
}

function withFiles<Result>(said: ParsedLine, use: (opened: OpenedFiles) => Result): Result {
  const parsed = withoutMissingFolders(said);
  const files = openFiles();
  try {
    return use({ parsed, files, ...findInputs(parsed, files) });
  } catch (error) {
    files.close();
    throw error;
  }
}

/** Of each found input the files that are in the link of one architecture. */
function partsFor(
  found: readonly FoundInput[],
  architecture: string | null,
  skip: (skipped: Skipped) => void,
): PartOfLine[] {
  return found.map(({ input, named }) => {
    if (architecture === null) return { input, files: [named.file] };
    const part = partFor(named, architecture);
    if (part.kind === 'part') return { input, files: [part.file] };
    skip({ what: named.file.path, reason: part.reason });
    return { input, files: [] };
  });
}

function readFor(
  opened: OpenedFiles,
  architecture: string | null,
  reread: (words: readonly string[]) => ParsedLine,
): OpenedLine {
  const skipped = [...opened.skipped];
  const parts = partsFor(opened.found, architecture, (one) => {
    if (!skipped.some(({ what }) => what === one.what)) skipped.push(one);
  });
  if (architecture !== null && parts.every(({ files }) => files.length === 0))
    throw new LineError(`nothing on the line is for ${architecture}`);
  return readLine(opened, { architecture, parts, skipped, purpose: 'link', reread });
}

interface PartOfLine {
  readonly input: LineInput;
  readonly files: readonly InputFile[];
}

/** Which parts of the opened files are read, and how. */
interface Reading {
  readonly architecture: string | null;
  readonly parts: readonly PartOfLine[];
  readonly skipped: readonly Skipped[];
  readonly purpose: Purpose;
  reread?(words: readonly string[]): ParsedLine;
}

function readLine(
  { parsed, files, found, missing: unfound, scripts, incompatible, recorder = null }: OpenedFiles,
  { architecture, parts, skipped, purpose, reread }: Reading,
): OpenedLine {
  const read = parts.flatMap(({ input, files }) => files.map((file) => ({ input, file })));
  const ownArchitecture = memoized(
    () => architecture ?? parsed.architectures[0] ?? architectureOfObjects(found.map(({ named }) => named)),
  );
  const target = () => {
    const own = ownArchitecture();
    return own === null ? null : targetOf(own, parsed.apple.systemVersion);
  };
  const reader = inputsReader(purpose, target, recorder);
  const ofLine = new Set(parsed.inputs);
  const isNamed = ({ input }: { input: LineInput }) => ofLine.has(input) && isOfUser(input);
  const places = read.map((one, at) => {
    reportProgress('read', one.file.path, at, read.length);
    return reader.add(one.file, isNamed(one));
  });
  const missing: Skipped[] = [];
  const skip = (skipped: Skipped) => missing.push(skipped);
  const open = (path: string, what: string) => openPart(files.open(path), what, ownArchitecture, skip);
  const defaultLibraries = read.flatMap(({ input }, at) =>
    input.kind === 'default-library' ? [{ name: input.text, place: places[at] }] : [],
  );
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
  const placeOf = new Map(read.map(({ input }, at) => [input, places[at]]));
  const named = new Set(found.map(({ named }) => named));
  const requests = resolveRequests(inputs, withDefaultLibraries(requested, defaultLibraries), reexported);
  const lineOf = (
    own: ParsedLine,
    { found, missing, scripts }: Pick<FoundInputs, 'found' | 'missing' | 'scripts'>,
    placeOf: ReadonlyMap<LineInput, InputPlace>,
  ) =>
    makeLinkLine({
      inputs,
      parsed: own,
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
  return {
    architecture,
    inputs,
    line: lineOf(parsed, { found, missing: unfound, scripts }, placeOf),
    parsed,
    places: parsed.inputs.map((input) => placeOf.get(input) ?? null),
    skipped: [...skipped, ...missing, ...notSimulated(inputs, parsed, scripts, placeOf)],
    paths: [
      ...found.map(({ named }) => named.file.path),
      ...scripts.map(({ path }) => path),
      ...incompatible,
      ...parsed.nameFiles,
      ...parsed.wordFiles,
    ],
    universal: [...named].flatMap(({ file: { path }, universal }) =>
      universal === null ? [] : { path, file: universal },
    ),
    relined: (words) => {
      if (reread === undefined) throw new LineError('this line was not read for a link');
      const own = reread(words);
      const again = findInputs(own, files);
      const placed = partsFor(again.found, architecture, () => {}).flatMap(({ input, files }) =>
        files.map((file) => [input, requirePlace(reader.placeOf(file), file)] as const),
      );
      const places = new Map(placed);
      const line = lineOf(own, again, places);
      return { parsed: own, line, places: own.inputs.map((input) => places.get(input) ?? null) };
    },
    close: files.close,
  };
}

/** @throws LineError for a file that was not read */
function requirePlace(place: InputPlace | null, { path }: InputFile): InputPlace {
  if (place === null) throw new LineError(`${path}: is not on the line that was read`);
  return place;
}

/** Finds the files of linker directives in the library folders of the line. */
function opener(
  parsed: ParsedLine,
  open: (path: string, what: string) => InputFile | null,
  skip: (skipped: Skipped) => void,
): OpenRequested {
  return (request) => {
    const what = `${request.kind.replace('-', ' ')} ${request.name}`;
    if (request.kind === 'default-library' && isWithoutDefaultLibrary(request.name, parsed)) return null;
    if (request.kind === 'dependent-library' && !obeysDependentLibraries(parsed)) return null;
    const path = findRequested(request, parsed);
    if (path === null) skip({ what, reason: 'objects request it, but no folder of the line has it' });
    return path === null ? null : open(path, what);
  };
}

/** The part of a file for the link's architecture; null if it has none, which is reported. */
function openPart(
  file: InputFile,
  what: string,
  architecture: () => string | null,
  skip: (skipped: Skipped) => void,
): InputFile | null {
  const named = nameFile(file);
  const wanted = named.universal === null ? null : architecture();
  if (wanted === null) return named.file;
  const part = partFor(named, wanted);
  if (part.kind === 'none') skip({ what, reason: part.reason });
  return part.kind === 'none' ? null : part.file;
}

/** Asks once, and only when the answer is needed. */
function memoized<Value>(find: () => Value): () => Value {
  let found: { readonly value: Value } | null = null;
  return () => {
    found ??= { value: find() };
    return found.value;
  };
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
