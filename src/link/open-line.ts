import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type InputFile, type InputPlace, type Inputs, type Purpose, readInputs } from './inputs.js';
import type { LineItem, LinkLine, Root } from './link-line.js';
import { InputError, openFiles, reasonOf } from './open-files.js';
import { type LineInput, type ParsedLine, parseLine } from './parse-line.js';

/** Something on the line that was not taken into account. A plan with any of these is not complete. */
export interface Skipped {
  readonly what: string;
  readonly reason: string;
}

/** A line with all its files read. Close it when nothing more is to be read from them. */
export interface OpenedLine {
  readonly inputs: Inputs;
  readonly line: LinkLine;
  readonly parsed: ParsedLine;
  /** By input of `parsed.inputs`: where it is found; null when it was skipped. */
  readonly places: readonly (InputPlace | null)[];
  readonly skipped: readonly Skipped[];
  close(): void;
}

/**
 * Opens what a link line names, and reads it.
 * @param args the words behind the linker's name
 * @throws LineError, InputError, MalformedError, MixedInputsError
 */
export function openLine(args: readonly string[], purpose: Purpose = 'link'): OpenedLine {
  const parsed = parseLine(args, readText);
  const files = openFiles();
  try {
    const skipped: Skipped[] = parsed.notSimulated.map((what) => ({
      what,
      reason: 'this option is not simulated',
    }));
    const found: { input: LineInput; file: InputFile }[] = [];
    for (const input of parsed.inputs) {
      const path = input.kind === 'path' ? input.text : findLibrary(input.text, parsed.libraryFolders);
      if (path === null)
        skipped.push({ what: `-l${input.text}`, reason: 'no archive of this name in the -L folders' });
      else if (isSharedLibrary(path)) skipped.push({ what: path, reason: 'shared libraries are not read' });
      else found.push({ input, file: files.open(path) });
    }
    const { inputs, places } = readInputs(
      found.map(({ file }) => file),
      purpose,
    );
    for (const [at, place] of places.entries()) requireLinkable(inputs, place, found[at].file.path);
    const placeOf = new Map(found.map(({ input }, at) => [input, places[at]]));
    return {
      inputs,
      line: toLinkLine(inputs, parsed, placeOf),
      parsed,
      places: parsed.inputs.map((input) => placeOf.get(input) ?? null),
      skipped,
      close: files.close,
    };
  } catch (error) {
    files.close();
    throw error;
  }
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new InputError(`@${path}: ${reasonOf(error)}`);
  }
}

const SHARED_LIBRARY = /\.(so(\.\d+)*|dylib|tbd)$/;
const isSharedLibrary = (path: string): boolean => SHARED_LIBRARY.test(path);

/** `-lfoo` is libfoo.a of the first -L folder that has it; `-l:name` is that name. */
function findLibrary(name: string, folders: readonly string[]): string | null {
  const file = name.startsWith(':') ? name.slice(1) : `lib${name}.a`;
  return (
    folders
      .map((folder) => join(folder, file))
      .find((path) => statSync(path, { throwIfNoEntry: false })?.isFile()) ?? null
  );
}

/** A file that stands on the line itself must be something that a linker takes. */
function requireLinkable(inputs: Inputs, place: InputPlace, path: string): void {
  if (place.kind !== 'object' || inputs.contents[place.member].kind !== 'not-object') return;
  const { size } = inputs.members[place.member];
  throw new InputError(
    `${path}: ${size === 0 ? 'the file is empty' : 'neither an archive nor an object file'}`,
  );
}

function toLinkLine(inputs: Inputs, parsed: ParsedLine, placeOf: Map<LineInput, InputPlace>): LinkLine {
  const items: LineItem[] = [];
  for (const input of parsed.inputs) {
    const place = placeOf.get(input);
    if (!place) continue;
    const { group, whole } = input;
    if (place.kind === 'object') items.push({ kind: 'object', member: place.member, group });
    else items.push({ kind: 'archive', archive: place.archive, whole, group });
  }
  const root = (text: string, reason: Root['reason']): Root => ({
    name: inputs.symbols.names.internText(text),
    reason,
  });
  const roots = parsed.required.map((text) => root(text, 'option'));
  // The C start-up objects refer to main, and nobody puts them on the line.
  const hasObjects = items.some((item) => item.kind === 'object');
  if (hasObjects && !parsed.exportsSymbols)
    roots.push(root(inputs.format === 'macho' ? '_main' : 'main', 'start-up'));
  return { items, roots, exportsSymbols: parsed.exportsSymbols };
}
