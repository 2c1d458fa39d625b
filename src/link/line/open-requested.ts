import type { ParsedLine } from '../command/parsed-line.js';
import type { Skipped } from '../command/skipped.js';
import { isWithoutDefaultLibrary } from '../inputs/default-libraries.js';
import type { InputFile } from '../inputs/input-file.js';
import { nameFile, partFor } from '../inputs/universal-inputs.js';
import { findRequested, type OpenRequested, obeysDependentLibraries } from './requested-files.js';

/** Finds the files of linker directives in the library folders of the line. */
export function opener(
  parsed: ParsedLine,
  open: (path: string, what: string) => InputFile | null,
  skip: (skipped: Skipped) => void,
): OpenRequested {
  return (request) => {
    const what = `${request.kind.replace('-', ' ')} ${request.name}`;
    if (request.kind === 'default-library' && isWithoutDefaultLibrary(request.name, parsed)) return null;
    if (request.kind === 'dependent-library' && !obeysDependentLibraries(parsed)) return null;
    const path = findRequested(request, parsed);
    if (path === null)
      skip({ what, reason: 'requested by objects, but not found in the folders of the line' });
    return path === null ? null : open(path, what);
  };
}

/** The part of a file for the link's architecture; null if it has none, which is reported. */
export function openPart(
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
export function memoized<Value>(find: () => Value): () => Value {
  let found: { readonly value: Value } | null = null;
  return () => {
    found ??= { value: find() };
    return found.value;
  };
}
