import { NONE } from '../../symbols/table.js';
import { addInput } from './effects/add-input.js';
import type { ReadOption } from './effects/effect.js';
import { EFFECTS } from './effects/effects.js';
import { inSysroot } from './join-path.js';
import { LineError } from './line-error.js';
import { type FoundOption, findOption } from './line-option.js';
import { type LineState, newState } from './line-state.js';
import type { ParsedLine } from './parsed-line.js';
import { anyProgram, type Program } from './program.js';
import { expandFileLists, expandResponseFiles, type Quoting, type ReadTextFile } from './response-file.js';
import { type Token, tokensOf } from './tokens.js';

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
  const responseFiles: string[] = [];
  const nameListFiles: string[] = [];
  const readWords = noting(responseFiles, readFile);
  const words = expandFileLists(expandResponseFiles(args, readWords, quotingOf(args, program)), readWords);
  const state = newState(tokensOf(words), program, noting(nameListFiles, readFile));
  state.at = program.ownArguments ?? 0;
  while (state.at < state.tokens.length) readToken(state, state.tokens[state.at++], words);
  if (state.openGroup !== NONE) throw new LineError('--start-group without --end-group');
  if (state.openLibrary !== NONE) throw new LineError('--start-lib without --end-lib');
  return {
    ...state.collected,
    exports: state.exports,
    args: words,
    responseFiles,
    nameListFiles,
    symbols: {
      ...state.collected.symbols,
      required: state.required,
      exported: [...state.exportedIfDefined, ...state.exported],
    },
    microsoft: {
      ...state.collected.microsoft,
      withoutDefaultLibraries: state.withoutAllDefaultLibraries ? 'all' : state.withoutDefaultLibraries,
    },
    inputs: state.inputs.map((input) => ({
      ...input,
      asNeeded: input.asNeeded || state.dropsUnneeded,
      whole: input.whole || (state.loadsAll && input.kind !== 'default-library'),
      isStatic: input.isStatic ?? state.isStaticProgram,
    })),
    libraryFolders: state.libraryFolders.map((folder) => inSysroot(folder, state.collected.sysroot)),
  };
}

/** Reads files, and lists the paths of those that could be read. */
export const noting =
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

function readToken(state: LineState, token: Token, words: readonly string[]): void {
  const { text } = token;
  const { dialects, linkerDialects, searchesPaths } = state.program;
  const found = findOption(token.isForLinker || state.isForLinker ? linkerDialects : dialects, text);
  if (found !== null) EFFECTS[found.option.effect](state, takeValue(state, token, found));
  else if (text.startsWith('-') && text !== '-') state.collected.unknown.push(words[token.argument]);
  // GNU ld for PE reads the exports of a module-definition file among its inputs.
  else if (!searchesPaths && /\.def$/i.test(text))
    EFFECTS['export-file'](state, { token, from: token, value: text });
  else addInput(state, searchesPaths ? 'searched-path' : 'path', text, token);
}

function takeValue(state: LineState, token: Token, { option, value }: FoundOption): ReadOption {
  const style = option.value;
  const takesNext = typeof style === 'number' || style.endsWith('next');
  if ((value !== null && style !== 'joined-and-next') || !takesNext)
    return { token, from: token, value: value ?? '' };
  const from = state.tokens[state.at];
  state.at += typeof style === 'number' ? style : 1;
  if (state.at > state.tokens.length) throw new LineError(`option '${token.text}' is missing its argument`);
  return { token, from, value: from.text };
}
