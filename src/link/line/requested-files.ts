import type { MemberId } from '../../symbols/table.js';
import { type FileRequest, type LinkerDirective, requestsOf } from '../command/linker-directives.js';
import type { ParsedLine } from '../command/parsed-line.js';
import { defaultLibraryFile, findDefaultLibrary } from '../inputs/default-libraries.js';
import { findFramework, findLibrary, firstIn } from '../inputs/find-library.js';
import type { InputFile } from '../inputs/input-file.js';
import type { InputPlace, Inputs } from '../inputs/inputs.js';
import type { InputsReader } from '../inputs/read-inputs.js';
import { plainItemAt, type Request } from './link-line.js';
import { type Reexported, withReexported } from './reexported-files.js';

/**
 * Finds and opens the file that a request names; null when it was not found or is not to be read, which is then
 * reported.
 */
export type OpenRequested = (request: FileRequest) => InputFile | null;

/** Files of linker directives, by key of the directive; null if not found. */
export type RequestedFiles = ReadonlyMap<string, InputPlace | null>;

/** Default libraries are known by their file names, in which case does not count. */
const keyOf = ({ kind, name }: Pick<FileRequest, 'kind' | 'name'>): string =>
  `${kind} ${kind === 'default-library' ? defaultLibraryFile(name).toLowerCase() : name}`;

const isFileRequest = (request: LinkerDirective): request is FileRequest =>
  ['default-library', 'library', 'framework', 'dependent-library'].includes(request.kind);

/** Reads the files that the linker directives of the inputs add, transitively. */
export function readRequested(reader: InputsReader, open: OpenRequested): RequestedFiles {
  const places = new Map<string, InputPlace | null>();
  for (let member = 0; member < reader.contents.length; member++) {
    for (const request of requestsOf(reader.contents[member])) {
      if (!isFileRequest(request) || places.has(keyOf(request))) continue;
      const file = open(request);
      places.set(keyOf(request), file === null ? null : reader.add(file, false));
    }
  }
  return places;
}

/** With the default libraries of the line itself, which files may forbid. */
export function withDefaultLibraries(
  requested: RequestedFiles,
  own: readonly { readonly name: string; readonly place: InputPlace }[],
): RequestedFiles {
  const keyed = own.map(({ name, place }) => [keyOf({ kind: 'default-library', name }), place] as const);
  return new Map([...keyed, ...requested]);
}

/** The requests of all members that have any, with the inputs and names that they mean. */
export function resolveRequests(
  inputs: Inputs,
  places: RequestedFiles,
  reexported: Reexported,
): Map<MemberId, readonly Request[]> {
  const { names } = inputs.symbols;
  const meant = (request: LinkerDirective): Request[] => {
    switch (request.kind) {
      case 'include':
      case 'export':
        return [{ kind: request.kind, name: names.internText(request.name) }];
      case 'alternate':
        return [
          {
            kind: 'alternate',
            from: names.internText(request.from),
            to: names.internText(request.to),
          },
        ];
      case 'without-default-library': {
        const place = places.get(keyOf({ kind: 'default-library', name: request.name }));
        return place ? [{ kind: 'without-input', item: plainItemAt(place) }] : [];
      }
      default: {
        const place = places.get(keyOf(request));
        const items = place ? withReexported(plainItemAt(place), reexported) : [];
        return items.map((item) => ({ kind: 'input', key: keyOf(request), item }));
      }
    }
  };
  const requests = new Map<MemberId, readonly Request[]>();
  for (const [member, content] of inputs.contents.entries()) {
    const own = requestsOf(content).flatMap(meant);
    if (own.length > 0) requests.set(member, own);
  }
  return requests;
}

/** Path of the file that a directive names; null if no folder of the line has it. */
export function findRequested(request: FileRequest, parsed: ParsedLine): string | null {
  const { kind, name } = request;
  switch (kind) {
    case 'default-library':
      return findDefaultLibrary(name, parsed);
    case 'library':
      return findLibrary({ text: name, isStatic: false }, parsed);
    case 'framework':
      return findFramework(name, parsed);
    case 'dependent-library':
      return findDependentLibrary(name, parsed);
  }
}

/**
 * Path of a library that `.deplibs` names, searched with the -Bstatic or -Bdynamic mode at the end of the line.
 *
 * Source: lld/ELF/InputFiles.cpp `addDependentLibrary`.
 */
function findDependentLibrary(name: string, parsed: ParsedLine): string | null {
  const isStatic = parsed.inputs.at(-1)?.isStatic ?? false;
  return findLibrary({ text: name, isStatic }, parsed) ?? firstIn([...parsed.libraryFolders, ''], [name]);
}

/** Whether the linker may be LLD, which alone searches for them, and the line does not forbid it. */
export const obeysDependentLibraries = ({ linker, withoutDependentLibraries }: ParsedLine): boolean =>
  !withoutDependentLibraries && (linker === null || linker === 'lld' || linker === 'lld-14');
