import { append } from '../../bytes/append.js';
import { NONE } from '../../symbols/table.js';
import { aliasesIn, exportsIn, listedNames, withoutPatterns } from './export-lists.js';
import { readSectionOrder, readSymbolOrder } from './layout-patterns.js';
import { readDefinition } from './line-definition.js';
import { LineError } from './line-error.js';
import type { LineExports } from './line-exports.js';
import { type Effect, type FoundOption, findOption } from './line-option.js';
import { type LineState, type Modes, newState } from './line-state.js';
import { alternateOf, exportedName } from './linker-directives.js';
import type { LineInput, ParsedLine } from './parsed-line.js';
import { type Piece, piecesOf } from './pieces.js';
import { anyProgram, linkerNamed, type Program } from './program.js';
import { expandFileLists, expandResponseFiles, type Quoting, type ReadTextFile } from './response-file.js';
import { readDynamicList, readVersionScript } from './version-script.js';

/**
 * Parses a link line: options in the program's dialects, expanded response files, and arguments that drivers pass on
 * (`-Wl,`, `-Xlinker`) as the linker's own. All other arguments are paths.
 * @throws LineError for an option without its argument, unbalanced groups, and invalid values
 */
export function parseLine(
  args: readonly string[],
  readFile: ReadTextFile,
  program: Program = anyProgram,
): ParsedLine {
  const wordFiles: string[] = [];
  const nameFiles: string[] = [];
  const readWords = noting(wordFiles, readFile);
  const words = expandFileLists(expandResponseFiles(args, readWords, quotingOf(args, program)), readWords);
  const state = newState(piecesOf(words), program, noting(nameFiles, readFile));
  state.at = program.ownArguments ?? 0;
  while (state.at < state.pieces.length) readPiece(state, state.pieces[state.at++], words);
  if (state.openGroup !== NONE) throw new LineError('--start-group without --end-group');
  if (state.openLibrary !== NONE) throw new LineError('--start-lib without --end-lib');
  return {
    ...state.said,
    exports: state.exports,
    words,
    wordFiles,
    nameFiles,
    symbols: {
      ...state.said.symbols,
      required: [...state.required, ...state.exported, ...state.exportedIfDefined],
    },
    microsoft: {
      ...state.said.microsoft,
      withoutDefaultLibraries: state.withoutAllDefaultLibraries ? 'all' : state.withoutDefaultLibraries,
    },
    inputs: state.inputs.map((input) => ({
      ...input,
      asNeeded: input.asNeeded || state.dropsUnneeded,
      whole: input.whole || (state.loadsAll && input.kind !== 'default-library'),
      isStatic: input.isStatic ?? state.isStaticProgram,
    })),
    libraryFolders: state.libraryFolders.map((folder) => inSysroot(folder, state.said.sysroot)),
  };
}

const noting =
  (paths: string[], read: ReadTextFile): ReadTextFile =>
  (path) => {
    const text = read(path);
    paths.push(path);
    return text;
  };

/** Quoting rules of response files: those of --rsp-quoting=, or the program's. */
function quotingOf(args: readonly string[], program: Program): Quoting {
  const [, named] =
    /^--?rsp-quoting=(.*)$/.exec(args.findLast((word) => /^--?rsp-quoting=/.test(word)) ?? '') ?? [];
  return named === 'windows' || named === 'posix' ? named : program.quoting;
}

/** `=/usr/lib` is the /usr/lib of the target. */
export const inSysroot = (folder: string, sysroot: string): string =>
  folder.replace(/^(=|\$SYSROOT)/, sysroot);

function readPiece(state: LineState, piece: Piece, words: readonly string[]): void {
  const { text } = piece;
  const { dialects, linkerDialects, searchesPaths } = state.program;
  const found = findOption(piece.isForLinker || state.isForLinker ? linkerDialects : dialects, text);
  if (found !== null) EFFECTS[found.option.effect](state, takeValue(state, piece, found));
  else if (text.startsWith('-') && text !== '-') state.said.unknown.push(words[piece.word]);
  // GNU ld for PE reads the exports of a module-definition file among its inputs.
  else if (!searchesPaths && /\.def$/i.test(text))
    EFFECTS['export-file'](state, { piece, from: piece, value: text });
  else addInput(state, searchesPaths ? 'searched-path' : 'path', text, piece);
}

/** An option with its value, and the position of both. */
interface ReadOption {
  readonly piece: Piece;
  /** The token that has the value; `piece` if that is the option's own. */
  readonly from: Piece;
  /** Empty for an option without one; of several the first. */
  readonly value: string;
}

function takeValue(state: LineState, piece: Piece, { option, value }: FoundOption): ReadOption {
  const style = option.value;
  const takesNext = typeof style === 'number' || style.endsWith('next');
  if ((value !== null && style !== 'joined-and-next') || !takesNext)
    return { piece, from: piece, value: value ?? '' };
  const from = state.pieces[state.at];
  state.at += typeof style === 'number' ? style : 1;
  if (state.at > state.pieces.length) throw new LineError(`option '${piece.text}' is missing its argument`);
  return { piece, from, value: from.text };
}

interface InputDetails {
  /** The option's own piece, where its value is another. */
  readonly option?: Piece | null;
  readonly whole?: boolean;
  readonly prefix?: string;
  readonly isHidden?: boolean;
}

function addInput(
  state: LineState,
  kind: LineInput['kind'],
  text: string,
  from: Piece,
  { option = null, whole = state.modes.whole, prefix = '', isHidden = false }: InputDetails = {},
): void {
  state.inputs.push({
    kind,
    text,
    prefix,
    isHidden,
    whole,
    group: state.openGroup,
    library: state.openLibrary,
    asNeeded: state.modes.asNeeded,
    isStatic: state.modes.isStatic,
    place: { word: from.word, part: from.part },
    optionPlace: option && { word: option.word, part: option.part },
  });
}

function setMode(state: LineState, changed: Partial<Modes>): void {
  state.modes = { ...state.modes, ...changed };
}

/** Functions for all effects. Options without an effect have one, too, so that none is forgotten. */
const EFFECTS: Readonly<Record<Effect, (state: LineState, option: ReadOption) => void>> = {
  none: () => {},
  'not-simulated': (state, { piece, from }) =>
    state.said.notSimulated.push(from === piece ? piece.text : `${piece.text} ${from.text}`),
  root: (state, { value }) => state.required.push(value),
  'export-root': (state, { value }) => {
    state.exported.push(value);
    state.exports.added.push(value);
  },
  'export-root-if-defined': (state, { value }) => {
    state.exportedIfDefined.push(value);
    state.exports.added.push(value);
  },
  exported: (state, { value }) => exportOnly(state, [value]),
  'exported-list': (state, { value }) => exportOnly(state, listedNames(state.readFile(value))),
  unexported: (state, { value }) => state.exports.without.push(value),
  'unexported-list': (state, { value }) => append(state.exports.without, listedNames(state.readFile(value))),
  'excluded-names': (state, { value }) => append(state.exports.without, value.split(/[,:]/)),
  entry: (state, { value }) => {
    state.said.symbols.entry = value;
  },
  folder: (state, { value }) => state.libraryFolders.push(value),
  library: (state, { value, piece, from }) =>
    addInput(state, 'library', value, from, { option: from === piece ? null : piece }),
  script: (state, { value, from }) => addInput(state, 'script', value, from),
  sysroot: (state, { value }) => {
    state.said.sysroot = value;
  },
  // The option stays: it is for whatever path follows it.
  'whole-file': (state, { value, from }) => addInput(state, 'path', value, from, { whole: true }),
  'group-start': (state) => {
    if (state.openGroup !== NONE) throw new LineError('--start-group within a group: groups do not nest');
    if (state.openLibrary !== NONE) throw new LineError('--start-group within --start-lib');
    state.openGroup = state.groups++;
  },
  'group-end': (state) => {
    if (state.openGroup === NONE) throw new LineError('--end-group without --start-group');
    state.openGroup = NONE;
  },
  definition: (state, { value, piece, from }) => {
    const definition = readDefinition(value, { at: state.inputs.length, group: state.openGroup });
    if (definition !== null) state.said.symbols.definitions.push(definition);
    else state.said.notSimulated.push(from === piece ? piece.text : `${piece.text} ${from.text}`);
  },
  wrap: (state, { value }) => state.said.symbols.wrapped.push(value),
  'without-dependent-libraries': (state) => {
    state.said.withoutDependentLibraries = true;
  },
  'allow-duplicates': (state) => {
    state.said.allowsDuplicates = true;
  },
  'forbid-duplicates': (state) => {
    state.said.allowsDuplicates = false;
  },
  keyword: (state, { value }) => {
    if (value === 'muldefs') state.said.allowsDuplicates = true;
  },
  // Without a value it forces all; `unresolved` is for undefined names alone.
  forced: (state, { value }) => {
    if (!/^unresolved$/i.test(value)) state.said.allowsDuplicates = true;
  },
  'collect-sections': (state) => {
    state.said.collectsSections = true;
  },
  'keep-sections': (state) => {
    state.said.collectsSections = false;
  },
  'fortran-common': (state) => {
    state.said.symbols.commonExtracts = true;
  },
  'no-fortran-common': (state) => {
    state.said.symbols.commonExtracts = false;
  },
  // LLD and gold stop at each of these; mold alone lets them pass.
  'lazy-start': (state) => {
    if (state.openLibrary !== NONE) throw new LineError('--start-lib within --start-lib');
    if (state.openGroup !== NONE) throw new LineError('--start-lib within a group');
    state.openLibrary = state.libraries++;
  },
  'lazy-end': (state) => {
    if (state.openLibrary === NONE) throw new LineError('--end-lib without --start-lib');
    state.openLibrary = NONE;
  },
  'whole-archives': (state) => setMode(state, { whole: true }),
  'lazy-archives': (state) => setMode(state, { whole: false }),
  'as-needed': (state) => setMode(state, { asNeeded: true }),
  'no-as-needed': (state) => setMode(state, { asNeeded: false }),
  'all-as-needed': (state) => {
    state.dropsUnneeded = true;
  },
  'static-libraries': (state) => setMode(state, { isStatic: true }),
  'shared-libraries': (state) => setMode(state, { isStatic: false }),
  'static-program': (state) => {
    state.isStaticProgram = true;
  },
  'push-state': (state) => state.pushedModes.push(state.modes),
  'pop-state': (state) => {
    const modes = state.pushedModes.pop();
    if (modes === undefined) throw new LineError('--pop-state without --push-state');
    state.modes = modes;
  },
  architecture: (state, { value }) => state.said.architectures.push(value),
  linker: (state, { value }) => {
    state.said.linker = linkerNamed(value);
  },
  exports: (state) => {
    state.said.exportsSymbols = true;
    state.exports.isDynamic = true;
  },
  'no-exports': (state) => {
    state.exports.isDynamic = false;
  },
  'exports-all': (state) => {
    state.said.exportsSymbols = true;
    state.exports.isAll = true;
  },
  'exports-named': (state) => {
    state.exports.isNamedOnly = true;
  },
  'exports-data': (state) => {
    state.said.exportsSymbols = true;
    state.exports.hasData = true;
  },
  'exports-operators': (state) => addExports(state, OPERATORS),
  'exports-type-info': (state) => addExports(state, TYPE_INFO),
  'exported-name': (state, { value }) => addExports(state, [value]),
  'dynamic-list': (state, { value }) => addExports(state, readDynamicList(state.readFile(value))),
  'version-script': (state, { value }) =>
    state.exports.versions.push(readVersionScript(state.readFile(value))),
  'section-order': (state, { value }) => state.said.orders.push(readSectionOrder(state.readFile(value))),
  'symbol-order': (state, { value }) => state.said.orders.push(readSymbolOrder(state.readFile(value))),
  'no-program': (state) => setOutput(state, 'shared'),
  relocatable: (state) => setOutput(state, 'relocatable'),
  'named-only': (state) => {
    setOutput(state, 'shared');
    state.exports.isNamedOnly = true;
  },
  'hidden-archives': (state, { value }) => append(state.exports.excludedArchives, value.split(/[,:]/)),
  // An option of the driver's for one architecture alone.
  'for-architecture': (state, { piece, value }) => {
    if (findOption(state.program.dialects, value)?.option.effect !== 'none')
      state.said.notSimulated.push(`${piece.text} ${value}`);
  },
  'dependency-file': (state, { value }) => state.said.dependencyFiles.push(value),
  'root-if-offered': (state, { value }) => state.said.microsoft.optionalIncludes.push(value),
  'c-root': (state, { value }) => state.said.microsoft.unmangledRoots.push(value),
  export: (state, { value }) => state.said.microsoft.cExports.push(...exportedName(value)),
  'export-file': (state, { value }) =>
    append(state.said.microsoft.cExports, exportsIn(state.readFile(value))),
  alternate: (state, { value }) => state.said.microsoft.alternates.push(...alternateOf(value)),
  'default-library': (state, { value, from, piece }) =>
    addInput(state, 'default-library', value, from, { whole: false, prefix: prefixOf(piece, value) }),
  'without-default-library': (state, { value }) => {
    if (value === '') state.withoutAllDefaultLibraries = true;
    else state.withoutDefaultLibraries.push(value);
  },
  'whole-file-or-all': (state, { value, from, piece }) => {
    if (value === '') state.loadsAll = true;
    else addInput(state, 'searched-path', value, from, { whole: true, prefix: prefixOf(piece, value) });
  },
  'for-linker': (state) => {
    state.isForLinker = true;
  },
  'all-whole': (state) => {
    state.loadsAll = true;
  },
  // ld64 calls it obsolete, and passes it over; LLD does not.
  'not-all-whole': (state, { piece }) => {
    const { linker } = state.said;
    if (!state.loadsAll || linker === 'ld64' || linker === 'ld-prime') return;
    if (linker === null || !linker.startsWith('ld64.lld')) state.said.notSimulated.push(piece.text);
    state.loadsAll = false;
  },
  objc: (state) => {
    state.said.apple.loadsObjc = true;
  },
  'dead-strip': (state) => {
    state.said.apple.stripsDead = true;
  },
  'start-function': (state, { value }) => state.said.symbols.startFunctions.push(value),
  // The name that there is, then the other one for it.
  alias: (state, { value }) => addAlias(state, value, state.pieces[state.at - 1].text),
  'alias-list': (state, { value }) => {
    for (const [name, alias] of aliasesIn(state.readFile(value))) addAlias(state, name, alias);
  },
  // Either of Apple's two calls the other for these.
  'classic-linker': (state) => {
    state.said.linker = 'ld64';
  },
  'new-linker': (state) => {
    state.said.linker = 'ld-prime';
  },
  // Platform, oldest system, SDK.
  'platform-version': (state) => {
    state.said.apple.systemVersion = majorMinor(state.pieces[state.at - 2].text);
  },
  'system-version': (state, { value }) => {
    state.said.apple.systemVersion = majorMinor(value);
  },
  'shared-first': (state) => {
    state.said.apple.searchesSharedFirst = true;
  },
  'paths-first': (state) => {
    state.said.apple.searchesSharedFirst = false;
  },
  file: (state, { value, from }) => addInput(state, 'path', value, from),
  'hidden-file': (state, { value, from }) => addInput(state, 'path', value, from, { isHidden: true }),
  'hidden-library': (state, { value, from }) => addInput(state, 'library', value, from, { isHidden: true }),
  framework: (state, { value, piece, from }) => addInput(state, 'framework', value, from, { option: piece }),
  'framework-folder': (state, { value }) => state.said.apple.frameworkFolders.push(value),
  'system-root': (state, { value }) => state.said.apple.systemRoots.push(value),
};

/** The output offers what such options name, and nothing else. */
function exportOnly({ required, exports }: LineState, listed: readonly string[]): void {
  append(required, withoutPatterns(listed));
  exports.only = [...(exports.only ?? []), ...listed];
}

/** `operator new`, `operator delete` and their arrays. */
const OPERATORS = ['_Znw*', '_Zna*', '_Zdl*', '_Zda*'];
const TYPE_INFO = ['_ZTI*', '_ZTS*'];

function addExports({ said, exports }: LineState, names: readonly string[]): void {
  said.exportsSymbols = true;
  append(exports.added, names);
}

/** No program: nothing calls its `main`, and others link with it. */
function setOutput({ said, exports }: LineState, output: LineExports['output']): void {
  said.exportsSymbols = true;
  said.isSharedOrRelocatable = true;
  exports.output = output;
}

function addAlias(state: LineState, name: string, alias: string): void {
  if (name === alias) return;
  const definition = { name: alias, references: [name], isAlias: true };
  state.said.symbols.definitions.push({ ...definition, at: state.inputs.length, group: NONE });
}

/** `10.15` of `10.15.4`, `11.0` of `11`. */
const majorMinor = (version: string): string => {
  const [major, minor = '0'] = version.split('.');
  return `${major}.${minor}`;
};

/** `/wholearchive:` of `/wholearchive:a.lib`. */
const prefixOf = ({ text }: Piece, value: string): string => text.slice(0, text.length - value.length);
