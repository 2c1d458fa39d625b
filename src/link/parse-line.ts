import { NONE } from '../symbols/symbol-table.js';
import { LineError } from './line-error.js';
import { type Effect, type FoundOption, findOption } from './line-option.js';
import type { LinkerId } from './linker-profile.js';
import { type Piece, piecesOf } from './pieces.js';
import { anyProgram, linkerNamed, type Program } from './program.js';
import { expandResponseFiles, type ReadResponseFile } from './response-file.js';

/** Where an argument stands, so that the line can be rewritten: see `Piece`. */
export type WordPlace = Pick<Piece, 'word' | 'part'>;

/** An input as the line names it, before any file is opened. */
export interface LineInput {
  readonly kind: 'path' | 'library';
  /** The path, or a library's name without `-l`. */
  readonly text: string;
  readonly whole: boolean;
  readonly group: number;
  /** A shared library that nothing needs is left out. */
  readonly asNeeded: boolean;
  /** Of a library: no shared one will do. */
  readonly isStatic: boolean;
  readonly place: WordPlace;
  /** Of an option in an argument of its own (`-l foo`), which goes when a path takes the place of its value. */
  readonly optionPlace: WordPlace | null;
}

/** What a line says, in its own order. */
export interface ParsedLine {
  /** The words, response files spelled out. */
  readonly words: readonly string[];
  readonly inputs: readonly LineInput[];
  /** Names from -u and its like. */
  readonly required: readonly string[];
  /** The name of the last -e; null when the linker's own default holds. */
  readonly entry: string | null;
  readonly libraryFolders: readonly string[];
  readonly exportsSymbols: boolean;
  /** Named by -arch. */
  readonly architectures: readonly string[];
  /** The linker that -fuse-ld names, or the program itself is; null when that is open. */
  readonly linker: LinkerId | null;
  /** Options that say nothing to us. */
  readonly unknown: readonly string[];
  /** Options that change which members are extracted, and are not simulated: the plan says so. */
  readonly notSimulated: readonly string[];
}

/**
 * Reads a link line: options as the program's dialects have them, response files spelled out, what drivers hand on
 * (`-Wl,`, `-Xlinker`) as the linker's own. What is no option is a path.
 * @throws LineError
 */
export function parseLine(
  args: readonly string[],
  readResponseFile: ReadResponseFile,
  program: Program = anyProgram,
): ParsedLine {
  const words = expandResponseFiles(args, readResponseFile);
  const state = newState(piecesOf(words), program);
  while (state.at < state.pieces.length) readPiece(state, state.pieces[state.at++], program, words);
  if (state.openGroup !== NONE) throw new LineError('--start-group without --end-group');
  const { required, entry, libraryFolders, exportsSymbols, architectures, linker, unknown, notSimulated } =
    state;
  const inputs = state.inputs.map((input) => ({
    ...input,
    isStatic: input.isStatic ?? state.isStaticProgram,
  }));
  return {
    words,
    inputs,
    required,
    entry,
    libraryFolders,
    exportsSymbols,
    architectures,
    linker,
    unknown,
    notSimulated,
  };
}

/** A line that is being read. */
interface LineState {
  readonly pieces: readonly Piece[];
  /** The piece to be read next. */
  at: number;
  readonly inputs: (Omit<LineInput, 'isStatic'> & Pick<Modes, 'isStatic'>)[];
  readonly required: string[];
  readonly libraryFolders: string[];
  readonly architectures: string[];
  readonly unknown: string[];
  readonly notSimulated: string[];
  entry: string | null;
  exportsSymbols: boolean;
  linker: LinkerId | null;
  modes: Modes;
  readonly pushedModes: Modes[];
  isStaticProgram: boolean;
  openGroup: number;
  groups: number;
}

/** What holds for the inputs that follow, until it is changed. */
interface Modes {
  readonly whole: boolean;
  readonly asNeeded: boolean;
  /** Null where no option of the linker says so: it is for the driver to say. */
  readonly isStatic: boolean | null;
}

const newState = (pieces: readonly Piece[], { linker }: Program): LineState => ({
  pieces,
  at: 0,
  inputs: [],
  required: [],
  libraryFolders: [],
  architectures: [],
  unknown: [],
  notSimulated: [],
  entry: null,
  exportsSymbols: false,
  linker,
  modes: { whole: false, asNeeded: false, isStatic: null },
  pushedModes: [],
  isStaticProgram: false,
  openGroup: NONE,
  groups: 0,
});

function readPiece(state: LineState, piece: Piece, program: Program, words: readonly string[]): void {
  const { text, isForLinker } = piece;
  const found = findOption(isForLinker ? program.linkerDialects : program.dialects, text);
  if (found !== null) EFFECTS[found.option.effect](state, takeValue(state, piece, found));
  else if (text.startsWith('-') && text !== '-') state.unknown.push(words[piece.word]);
  else addInput(state, 'path', text, piece, null);
}

/** An option with its value, and where both stand. */
interface ReadOption {
  readonly piece: Piece;
  /** The piece that has the value; `piece` where the option's own has it. */
  readonly from: Piece;
  /** Empty for an option without one; of several the first. */
  readonly value: string;
}

function takeValue(state: LineState, piece: Piece, { option, value }: FoundOption): ReadOption {
  const style = option.value;
  const takesNext = typeof style === 'number' || style.endsWith('next');
  if (value !== null || !takesNext) return { piece, from: piece, value: value ?? '' };
  const from = state.pieces[state.at];
  state.at += typeof style === 'number' ? style : 1;
  if (state.at > state.pieces.length)
    throw new LineError(`option '${piece.text}' stands at the end of the line without its argument`);
  return { piece, from, value: from.text };
}

function addInput(
  state: LineState,
  kind: LineInput['kind'],
  text: string,
  from: Piece,
  option: Piece | null,
  whole = state.modes.whole,
): void {
  state.inputs.push({
    kind,
    text,
    whole,
    group: state.openGroup,
    asNeeded: state.modes.asNeeded,
    isStatic: state.modes.isStatic,
    place: { word: from.word, part: from.part },
    optionPlace: option && { word: option.word, part: option.part },
  });
}

function setMode(state: LineState, changed: Partial<Modes>): void {
  state.modes = { ...state.modes, ...changed };
}

/** What each effect is. Those that are none have a function all the same: an option is not forgotten in silence. */
const EFFECTS: Readonly<Record<Effect, (state: LineState, option: ReadOption) => void>> = {
  none: () => {},
  'not-simulated': (state, { piece, from }) =>
    state.notSimulated.push(from === piece ? piece.text : `${piece.text} ${from.text}`),
  root: (state, { value }) => state.required.push(value),
  entry: (state, { value }) => {
    state.entry = value;
  },
  folder: (state, { value }) => state.libraryFolders.push(value),
  library: (state, { value, piece, from }) =>
    addInput(state, 'library', value, from, from === piece ? null : piece),
  // The option stays: it is for whatever path stands behind it.
  'whole-file': (state, { value, from }) => addInput(state, 'path', value, from, null, true),
  'group-start': (state) => {
    if (state.openGroup !== NONE) throw new LineError('--start-group within a group: groups do not nest');
    state.openGroup = state.groups++;
  },
  'group-end': (state) => {
    if (state.openGroup === NONE) throw new LineError('--end-group without --start-group');
    state.openGroup = NONE;
  },
  'whole-archives': (state) => setMode(state, { whole: true }),
  'lazy-archives': (state) => setMode(state, { whole: false }),
  'as-needed': (state) => setMode(state, { asNeeded: true }),
  'no-as-needed': (state) => setMode(state, { asNeeded: false }),
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
  architecture: (state, { value }) => state.architectures.push(value),
  linker: (state, { value }) => {
    state.linker = linkerNamed(value);
  },
  exports: (state) => {
    state.exportsSymbols = true;
  },
};
