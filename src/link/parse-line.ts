import { NONE } from '../symbols/symbol-table.js';

/** An input as the line names it, before any file is opened. */
export interface LineInput {
  readonly kind: 'path' | 'library';
  /** The path, or a library's name without `-l`. */
  readonly text: string;
  readonly whole: boolean;
  readonly group: number;
  /** The word of the line that names it, so that the line can be rewritten. */
  readonly word: number;
  /** Which part of a `-Wl,a,b` word; NONE for a plain word. */
  readonly part: number;
  /** `-l` stands in the word before, and goes when a path takes its place. */
  readonly hasOptionWord: boolean;
}

/** What a line says, in its own order. */
export interface ParsedLine {
  /** The words, response files spelled out. */
  readonly words: readonly string[];
  readonly inputs: readonly LineInput[];
  /** Names from -u, -e and their like. */
  readonly required: readonly string[];
  readonly libraryFolders: readonly string[];
  readonly exportsSymbols: boolean;
  /** Named by -arch. */
  readonly architectures: readonly string[];
  /** A linker named by -fuse-ld. */
  readonly linker: string | null;
  /** Options that say nothing to us. */
  readonly unknown: readonly string[];
  /** Options that change which members are extracted, and are not simulated: the plan says so. */
  readonly notSimulated: readonly string[];
}

/** A line that cannot be read: an option without its argument, a group that is not closed. */
export class LineError extends Error {
  override readonly name = 'LineError';
}

/** Options of GNU and Apple linkers and compiler drivers that take the next word, and say nothing of inputs. */
const TAKES_NEXT = new Set(
  `-o -T -m -z -h -I -a -A -b -c -f -F -G -R -x -MF -MT -MQ -Map -rpath -rpath-link -soname -dynamic-linker --dynamic-linker
  --version-script --dynamic-list --sysroot --hash-style --build-id-file -isystem -include -target -march -mtune
  -framework -weak_framework -syslibroot -install_name -current_version -compatibility_version -rpath
  -macosx_version_min -ios_version_min -lto_library -object_path_lto -map -order_file -dependency_info -pagezero_size
  -stack_size -segalign -headerpad -sectcreate1 -undefined -bundle_loader -umbrella -sub_library -seg_page_size`
    .split(/\s+/)
    .filter((option) => option !== ''),
);
const TAKES_MORE: Readonly<Record<string, number>> = {
  '-platform_version': 3,
  '-sectcreate': 3,
  '-alias': 2,
  '-segprot': 3,
};
/** Change extraction or binding in ways that are not simulated yet. */
const NOT_SIMULATED =
  /^(--start-lib|--end-lib|--defsym|--wrap|--exclude-libs|--version-script|-ObjC|-all_load|-load_hidden|-hidden-l|-exported_symbols?_list|-alias|-undefined|-dead_strip$|--fortran-common|--no-fortran-common|--just-symbols|-T$|--script|--dynamic-list|-filelist)/;

/** Leave extraction and binding as they are. Anything else that we do not know is told apart as `unknown`. */
const HARMLESS = new RegExp(
  `^(${[
    '--(no-)?gc-sections|--print-gc-sections|--icf=.*|--strip-(all|debug)|-[sSvwtVE]|--trace.*|--verbose|--cref|-[MX]',
    '--allow-multiple-definition|--allow-shlib-undefined|--(no-)?undefined|--unresolved-symbols=.*|--noinhibit-exec',
    '--(no-)?as-needed|--(push|pop)-state|-B(static|dynamic|symbolic.*)|-(static|dynamic|static-pie|pie|no-pie|no_pie|nopie)',
    '--(no-)?warn-.*|--fatal-warnings|--no-fatal-warnings|--error-limit=.*|--color-diagnostics.*|--(no-)?demangle.*',
    '--build-id.*|--hash-style=.*|--eh-frame-hdr|--no-eh-frame-hdr|--enable-new-dtags|--(no-)?relax|--sort-.*|--threads.*',
    '--print-map|-Map=.*|--why-extract=.*|--emit-relocs|-q|--nmagic|-[nN]|--no-dynamic-linker|--compress-debug-sections=.*',
    '-[OgmfW].*|-pthread|-nostdlib|-nodefaultlibs|-nostartfiles|-pipe|-std=.*|--sysroot=.*|--target=.*|-rpath.*|--no-rosegment',
    '--no-entry|--allow-undefined.*|--(import|export)-(all|memory|table).*|--(initial|max|shared)-memory.*|--stack-first',
    '-demangle|-no_.*|-adhoc_codesign|-headerpad.*|-application_extension|-ld_classic|-t',
  ].join('|')})$`,
);

/** Reads the words of a response file. @throws when it cannot be opened */
export type ReadResponseFile = (path: string) => string;

/**
 * Reads a link line in the dialect of GNU linkers, ld64 and compiler drivers: objects, archives, -l and -L, groups,
 * --whole-archive, -force_load, -u, -e, wasm-ld's --export, lld-link's /include: and /entry:, `-Wl,` and -Xlinker,
 * @response files.
 * @throws LineError
 */
export function parseLine(args: readonly string[], readResponseFile: ReadResponseFile): ParsedLine {
  const words = expandResponseFiles(args, readResponseFile, 0);
  const inputs: LineInput[] = [];
  const required: string[] = [];
  const libraryFolders: string[] = [];
  const notSimulated: string[] = [];
  const architectures: string[] = [];
  const unknown: string[] = [];
  let exportsSymbols = false;
  let linker: string | null = null;
  let whole = false;
  let openGroup = NONE;
  let groups = 0;

  const pieces = splitWords(words);
  let at = 0;
  const next = (option: string): Piece => {
    if (at >= pieces.length)
      throw new LineError(`option '${option}' stands at the end of the line without its argument`);
    return pieces[at++];
  };
  while (at < pieces.length) {
    const piece = pieces[at++];
    const { text } = piece;
    const input = (kind: LineInput['kind'], name: string, from = piece, isWhole = whole) =>
      inputs.push({
        kind,
        text: name,
        whole: isWhole,
        group: openGroup,
        word: from.word,
        part: from.part,
        hasOptionWord: kind === 'library' && from !== piece,
      });
    const [option, value] = splitOption(text);
    const [, rootOfMsvc] = /^[/-](?:include|entry):(.+)$/i.exec(text) ?? [];
    if (rootOfMsvc !== undefined) required.push(rootOfMsvc);
    else if (/^[/-]wholearchive(:|$)/i.test(text)) notSimulated.push(text);
    else if (!text.startsWith('-') || text === '-') input('path', text);
    else if (NOT_SIMULATED.test(text)) {
      notSimulated.push(text);
      if (TAKES_NEXT.has(text)) next(text);
      else at += Math.min(TAKES_MORE[text] ?? 0, pieces.length - at);
    } else if (text === '--start-group' || text === '-(' || text === '-start-group') {
      if (openGroup !== NONE) throw new LineError('--start-group within a group: groups do not nest');
      openGroup = groups++;
    } else if (text === '--end-group' || text === '-)' || text === '-end-group') {
      if (openGroup === NONE) throw new LineError('--end-group without --start-group');
      openGroup = NONE;
    } else if (option === '--whole-archive' || option === '-whole-archive') whole = true;
    else if (option === '--no-whole-archive' || option === '-no-whole-archive') whole = false;
    else if (text === '-force_load') {
      const path = next(text);
      input('path', path.text, path, true);
    } else if (text === '-u' || text === '-e' || text === '--undefined' || text === '--entry')
      required.push(next(text).text);
    else if (/^--(undefined|entry|require-defined|export|export-if-defined)$/.test(option))
      required.push(value ?? next(text).text);
    else if (/^-u./.test(text) && !text.startsWith('-undefined') && !text.startsWith('-umbrella'))
      required.push(text.slice(2));
    else if (text === '-L' || text === '--library-path') libraryFolders.push(next(text).text);
    else if (text.startsWith('-L')) libraryFolders.push(text.slice(2));
    else if (text === '-l' || text === '--library') {
      const name = next(text);
      input('library', name.text, name);
    } else if (option === '--library' && value !== null) input('library', value);
    else if (/^-l./.test(text) && !text.startsWith('-lto_library')) input('library', text.slice(2));
    else if (text === '-arch') architectures.push(next(text).text);
    else if (option === '-fuse-ld' && value !== null) linker = value;
    else if (
      /^(-shared|-r|--relocatable|-rdynamic|-E|--export-dynamic|-dylib|-dynamiclib|-bundle)$/.test(text)
    )
      exportsSymbols = true;
    else if (TAKES_NEXT.has(text)) next(text);
    else if (text in TAKES_MORE) for (let more = 0; more < TAKES_MORE[text]; more++) next(text);
    else if (!HARMLESS.test(text)) unknown.push(words[piece.word]);
  }
  if (openGroup !== NONE) throw new LineError('--start-group without --end-group');
  return {
    words,
    inputs,
    required,
    libraryFolders,
    exportsSymbols,
    architectures,
    linker,
    notSimulated,
    unknown,
  };
}

/** `--entry=main` → `--entry`, `main`. */
function splitOption(text: string): [string, string | null] {
  const equals = text.indexOf('=');
  return equals < 0 ? [text, null] : [text.slice(0, equals), text.slice(equals + 1)];
}

interface Piece {
  readonly text: string;
  readonly word: number;
  readonly part: number;
}

/** Words with what drivers hand on (`-Wl,a,b`, `-Xlinker a`) taken apart. */
function splitWords(words: readonly string[]): Piece[] {
  return words.flatMap((text, word): Piece[] => {
    if (text.startsWith('-Wl,'))
      return text
        .slice(4)
        .split(',')
        .map((part, at) => ({ text: part, word, part: at }));
    return text === '-Xlinker' ? [] : [{ text, word, part: NONE }];
  });
}

/** Deeper nesting than any tool writes: a file that names itself. */
const DEEPEST_NESTING = 16;

function expandResponseFiles(args: readonly string[], read: ReadResponseFile, depth: number): string[] {
  if (depth > DEEPEST_NESTING)
    throw new LineError(`response files are nested more than ${DEEPEST_NESTING} deep`);
  return args.flatMap((word) =>
    word.startsWith('@') && word.length > 1
      ? expandResponseFiles(splitResponseFile(read(word.slice(1))), read, depth + 1)
      : [word],
  );
}

/**
 * The words of a response file as GNU tools and LLD's GNU dialect read it: blanks separate, single and double
 * quotes keep blanks, a backslash takes the next character as it is.
 *
 * Source: libiberty/argv.c `buildargv`.
 */
export function splitResponseFile(text: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  let quote: string | null = null;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '\\' && at + 1 < text.length) word = (word ?? '') + text[++at];
    else if (quote !== null) {
      if (character === quote) quote = null;
      else word = (word ?? '') + character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (/\s/.test(character)) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? '') + character;
  }
  if (quote !== null) throw new LineError(`a response file ends within ${quote} quotes`);
  if (word !== null) words.push(word);
  return words;
}

/** A word as a GNU response file spells it. */
export const quoteForResponseFile = (word: string): string =>
  /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `"${word.replace(/["\\]/g, '\\$&')}"`;

/** The line with other paths for some of its inputs. @param replacement undefined keeps what stands there */
export function rewriteWords(
  line: ParsedLine,
  replacement: (input: LineInput) => string | undefined,
): string[] {
  const words: (string | null)[] = [...line.words];
  for (const input of line.inputs) {
    const path = replacement(input);
    if (path === undefined) continue;
    if (input.part === NONE) words[input.word] = path;
    else {
      const parts = (words[input.word] ?? '').slice(4).split(',');
      parts[input.part] = path;
      words[input.word] = `-Wl,${parts.join(',')}`;
    }
    if (input.hasOptionWord) words[input.word - 1] = null;
  }
  return words.filter((word) => word !== null);
}
