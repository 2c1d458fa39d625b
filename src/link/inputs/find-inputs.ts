import { dirname } from 'node:path';
import { isArchive } from '../../archive/read-archive.js';
import { isFile } from '../command/file-kind.js';
import { inSysroot, joinPath } from '../command/join-path.js';
import { LineError } from '../command/line-error.js';
import type { LineInput, ParsedLine } from '../command/parsed-line.js';
import type { Skipped } from '../command/skipped.js';
import { findDefaultLibrary, isWithoutDefaultLibrary } from './default-libraries.js';
import { findFramework, findLibraries, firstIn } from './find-library.js';
import { type LinkerScript, mayBeScript, readLinkerScript, type ScriptInput } from './linker-script.js';
import { machineOfFile } from './machine-of-file.js';
import type { OpenFiles } from './open-files.js';
import { type NamedFile, nameFile } from './universal-inputs.js';

/** An input, opened: of the line itself, or of a linker script on it. */
export interface FoundInput {
  readonly input: LineInput;
  readonly named: NamedFile;
}

/** A library that was not found. */
export interface MissingLibrary {
  readonly what: string;
  readonly input: LineInput;
  /** How many of the found inputs come before it. */
  readonly at: number;
}

/** A linker script on the line, or in another. */
export interface FoundScript extends LinkerScript {
  readonly path: string;
}

/** All inputs of a line, in the order in which a linker reads them. */
export interface FoundInputs {
  readonly found: readonly FoundInput[];
  /** Without default libraries, which are searched after all others. */
  readonly missing: readonly MissingLibrary[];
  /** Those that were read in place of an input. */
  readonly scripts: readonly FoundScript[];
  readonly skipped: readonly Skipped[];
  /** Libraries of another machine, which were skipped. */
  readonly incompatible: readonly string[];
}

/** Deepest nesting of scripts; deeper only if a script names itself. */
const DEEPEST_NESTING = 10;
const MOST_SCRIPTS = 1000;

/**
 * Finds and opens the inputs of a line; a linker script is replaced by the inputs that it names.
 * @throws LineError, InputError, MalformedError
 */
export function findInputs(parsed: ParsedLine, files: OpenFiles): FoundInputs {
  const search: Search = {
    parsed,
    files,
    folders: [...parsed.libraryFolders],
    found: [],
    missing: [],
    scripts: [],
    skipped: optionsNotUnderstood(parsed),
    incompatible: [],
    machine: undefined,
    known: new Map(),
    groups: parsed.inputs.reduce((most, { group }) => Math.max(most, group + 1), 0),
  };
  for (const input of parsed.inputs) take(search, input, 0);
  return search;
}

/** Options of a line that the simulation cannot follow. */
export const optionsNotUnderstood = ({ notSimulated, unknown }: ParsedLine): Skipped[] => [
  ...notSimulated
    .filter((what) => !isRunPath(what))
    .map((what) => ({ what, reason: 'this option is not simulated' })),
  ...unknown.map((what) => ({ what, reason: 'unknown option' })),
];

/** Whether -R names a run path, even if the folder does not exist, and not a file with symbols. */
function isRunPath(option: string): boolean {
  const [, path] = /^-R\s?(.+)$/s.exec(option) ?? [];
  return path !== undefined && !isFile(path);
}

interface Search {
  readonly parsed: ParsedLine;
  readonly files: OpenFiles;
  /** Those of the line, then those of SEARCH_DIR. */
  readonly folders: string[];
  readonly found: FoundInput[];
  readonly missing: MissingLibrary[];
  readonly scripts: FoundScript[];
  readonly skipped: Skipped[];
  readonly incompatible: string[];
  /** Machine of the line's objects; undefined until it is needed. */
  machine: string | null | undefined;
  /** By key of the file, so that one of two names is one file. */
  readonly known: Map<string, NamedFile>;
  /** The number of the next group. */
  groups: number;
}

/** @param script that names it, where one does */
function take(search: Search, input: LineInput, depth: number, script?: string): void {
  const { parsed, files, skipped } = search;
  const path = pathOf(search, input, script);
  if (path === null) {
    const missing = notFound(input, parsed);
    skipped.push(missing);
    if (input.kind !== 'default-library')
      search.missing.push({ what: missing.what, input, at: search.found.length });
  } else {
    const file = { ...files.open(path), isHidden: input.isHidden };
    const named = search.known.get(file.key) ?? nameFile(file);
    search.known.set(file.key, named);
    const own = scriptIn(named, path);
    if (own === null && input.kind !== 'script') search.found.push({ input, named });
    else if (own === null) throw new LineError(`${path}: not a linker script`);
    else takeScript(search, input, own, path, depth + 1);
  }
}

/**
 * The path of an input; null for a library or framework that was not found, which is not an error.
 * @throws LineError for a file of a linker script that was not found
 */
function pathOf(search: Search, input: LineInput, script: string | undefined): string | null {
  const { parsed, folders } = search;
  const { kind, text } = input;
  const searched = { ...parsed, libraryFolders: folders };
  const inFolders = (files: readonly string[]) => {
    const own = script === undefined ? [] : [dirname(script)];
    const found = firstIn(['', ...own, ...folders], files);
    if (found === null && script !== undefined)
      throw new LineError(`${script}: names ${text}, which was not found`);
    return found ?? text;
  };
  switch (kind) {
    case 'path':
      return script === undefined ? text : inFolders([text]);
    case 'script':
      return inFolders([text]);
    case 'searched-path':
      return inFolders(text.includes('.') ? [text] : [text, `${text}.obj`]);
    case 'default-library':
      return findDefaultLibrary(text, searched);
    case 'library':
      return firstFitting(search, input, searched);
    case 'framework':
      return findFramework(text, searched);
  }
}

/**
 * The first library of a name that has the machine of the line's objects: GNU ld, gold and mold skip others with a
 * warning. LLD takes the first one, and reports an error if its machine differs.
 */
function firstFitting(search: Search, input: LineInput, searched: ParsedLine): string | null {
  const paths = findLibraries(input, searched);
  const { linker } = search.parsed;
  if (paths.length === 0 || linker === 'lld' || linker === 'lld-14') return paths[0] ?? null;
  if (search.machine === undefined) search.machine = machineOfLine(search);
  const lineMachine = search.machine;
  if (lineMachine === null) return paths[0];
  for (const path of paths) {
    const machine = machineOfFile(search.files.open(path));
    if (machine === null || machine === lineMachine) return path;
    if (search.incompatible.includes(path)) continue;
    search.incompatible.push(path);
    search.skipped.push({
      what: path,
      reason: `skipped in the search for -l${input.text}: it is ${machine}`,
    });
  }
  return null;
}

/** The machine of the first ELF object that the line names; null if it names none. */
function machineOfLine({ parsed, files }: Search): string | null {
  for (const { kind, text } of parsed.inputs) {
    const machine = kind === 'path' && /\.o$/.test(text) ? machineOfFile(files.open(text)) : null;
    if (machine !== null) return machine.startsWith('elf ') ? machine : null;
  }
  return null;
}

function notFound({ kind, text }: LineInput, parsed: ParsedLine): Skipped {
  if (kind === 'library') return { what: `-l${text}`, reason: 'no library of this name in the -L folders' };
  if (kind === 'framework')
    return { what: `-framework ${text}`, reason: 'no framework of this name in the -F folders' };
  const isForbidden = isWithoutDefaultLibrary(text, parsed);
  const reason = isForbidden ? 'the line also has /nodefaultlib' : 'not found in the /libpath folders';
  return { what: `/defaultlib:${text}`, reason };
}

function scriptIn({ file: { source }, universal }: NamedFile, path: string): LinkerScript | null {
  const head = source.viewUpTo(0, 512, 'first bytes').bytes;
  if (universal !== null || isArchive(head) || !mayBeScript(source.size, head)) return null;
  return readLinkerScript(Buffer.from(source.bytes(path)).toString('utf8'));
}

function takeScript(
  search: Search,
  input: LineInput,
  script: LinkerScript,
  path: string,
  depth: number,
): void {
  if (depth > DEEPEST_NESTING)
    throw new LineError(`${path}: linker scripts name each other more than ${DEEPEST_NESTING} deep`);
  if (search.scripts.length >= MOST_SCRIPTS)
    throw new LineError(`${path}: more than ${MOST_SCRIPTS} linker scripts on one line`);
  search.scripts.push({ ...script, path });
  const { sysroot } = search.parsed;
  for (const folder of script.folders) search.folders.push(inSysroot(folder, sysroot));
  // A script of the target's names files by their paths there.
  const isOfTarget =
    sysroot !== '' && joinPath(path, '').startsWith(joinPath(sysroot, '').replace(/\/?$/, '/'));
  const firstGroup = search.groups;
  search.groups += new Set(script.inputs.map(({ group }) => group)).size;
  const groupOf = (group: number) => (input.group >= 0 || group < 0 ? input.group : firstGroup + group);
  const takeOne = ({
    kind,
    text,
    asNeeded,
    group,
  }: Pick<ScriptInput, 'text' | 'asNeeded' | 'group'> & Pick<LineInput, 'kind'>) =>
    take(
      search,
      {
        ...input,
        kind,
        text: isOfTarget && text.startsWith('/') ? joinPath(sysroot, text) : text,
        asNeeded: asNeeded || input.asNeeded,
        group: groupOf(group),
      },
      depth,
      path,
    );
  for (const text of script.included) takeOne({ kind: 'script', text, asNeeded: false, group: -1 });
  for (const one of script.inputs) takeOne(one);
}
