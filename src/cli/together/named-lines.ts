import { LineError } from '../../link/command/line-error.js';
import { expandResponseFiles, splitWindowsCommandLine } from '../../link/command/response-file.js';
import { splitShellCommands } from '../../link/command/shell-commands.js';
import { InputError, reasonOf } from '../../link/inputs/open-files.js';
import { readText, readWhole } from '../../link/inputs/read-text.js';
import { splitLauncher } from '../../wrap/launcher.js';
import { quotingOf } from '../../wrap/re-emit.js';
import {
  baseName,
  firstSource,
  isPartialLink,
  linksNothing,
  mayNameArchive,
  toolKind,
} from '../../wrap/tool-name.js';
import { type GivenLine, givenCommand } from '../options/given-line.js';
import { UsageError } from '../options/usage-error.js';

/** One of several link lines that are planned together. */
export interface NamedLine {
  /** `line 2` of the command line, `commands.txt:12` of a file. */
  readonly name: string;
  readonly words: readonly string[];
  readonly given: GivenLine;
}

/** Where further lines come from. */
export interface MoreLines {
  readonly also: readonly string[];
  readonly commands: readonly string[];
}

/** The link lines of a build. */
export interface LinesOfBuild {
  readonly lines: readonly NamedLine[];
  /** Commands of a file that may link archives and are not planned: `commands.txt:12: why`. */
  readonly unplanned: readonly string[];
}

/**
 * The line of the command line, if there is one, then those of --also, then those of --commands.
 * @throws UsageError, InputError
 */
export function namedLines(
  words: readonly string[],
  given: GivenLine,
  { also, commands }: MoreLines,
): LinesOfBuild {
  const own: NamedLine[] = words.length > 0 ? [{ name: 'line 1', words, given }] : [];
  const further = also.map((text, at) => {
    const [command, ...others] = atOption(`--also ${text}`, () => commandsOf(text));
    if (command === undefined || others.length > 0)
      throw new UsageError(`--also ${text}: expected one link command`);
    return named(`line ${own.length + at + 1}`, command);
  });
  const files = commands.map(linesIn);
  return {
    lines: [...own, ...further, ...files.flatMap(({ lines }) => lines)],
    unplanned: files.flatMap(({ unplanned }) => unplanned),
  };
}

/** The commands of a file that link archives: one line each, as a build system prints them. */
function linesIn(path: string): LinesOfBuild {
  let text: string;
  try {
    text = readWhole(path).toString('utf8');
  } catch (error) {
    throw new InputError(`${path}: ${reasonOf(error)}`);
  }
  const found = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line, at) => linksOf(line, `${path}:${at + 1}`));
  const lines = found.flatMap((one) => one.lines);
  const unplanned = found.flatMap((one) => one.unplanned);
  if (lines.length === 0)
    throw new InputError(
      `${path}: no command in it links an archive (expected one command per line)${unplanned.length > 0 ? `; not planned: ${unplanned[0]}` : ''}`,
    );
  return { lines, unplanned };
}

const NO_LINES: LinesOfBuild = { lines: [], unplanned: [] };

function linksOf(line: string, name: string): LinesOfBuild {
  // A file of a whole build has lines that only a shell can read; they matter where they may link.
  if (!/\.(?:a|lib|rlib)\b|(?:^|[\s,])-l|defaultlib:|(?:^|[\s"'])@|cmake_link_script/i.test(line))
    return NO_LINES;
  const commands = atOption(name, () => commandsOf(line)).map(withoutWrapper);
  const purposes = commands.map((command) => purposeOf(splitLauncher(command).command));
  const links = commands.filter((_, at) => purposes[at] === 'link');
  const moves = commands.find(([program]) => program === 'cd');
  if (links.length > 0 && moves !== undefined)
    throw new LineError(`${name}: links in another folder (${moves.join(' ')}): run ardedup there`);
  return {
    lines: links.map((command) => named(name, command)),
    unplanned: purposes.flatMap((purpose) =>
      typeof purpose === 'string' ? [] : `${name}: ${purpose.whyUnplanned}`,
    ),
  };
}

/** Programs of builds that name archives and do not link them. */
const NO_LINKER =
  /^(?:.+-)?(?:ar|ranlib|strip|objcopy|objdump|nm|size|readelf|dlltool|lib)(?:-[\d.]+)?$|^(?:cp|mv|rm|ln|install|touch|mkdir|rmdir|echo|printf|cat|chmod|ls|cmp|diff|test|\[|:|true|false|cd)$/i;

type Purpose = 'link' | 'other' | { readonly whyUnplanned: string };

function purposeOf([program, ...given]: readonly string[]): Purpose {
  const kind = toolKind(program);
  if (kind === null) return purposeOfUnknown(program, given);
  const words = expandResponseFiles(given, readText, quotingOf(baseName(program), given));
  if (isPartialLink(words) && mayNameArchive(words))
    return { whyUnplanned: 'a partial link (-r), whose output has the members' };
  if (linksNothing(kind, words)) return 'other';
  const missing = words.find((word) => word.startsWith('@'));
  if (missing !== undefined)
    return { whyUnplanned: `${missing.slice(1)} cannot be read (ninja -d keeprsp keeps response files)` };
  if (!mayNameArchive(words)) return 'other';
  const source = kind === 'driver' ? firstSource(words) : undefined;
  return source === undefined
    ? 'link'
    : { whyUnplanned: `${source} is compiled by the command that links it` };
}

function purposeOfUnknown(program: string, words: readonly string[]): Purpose {
  const name = baseName(program);
  if (words.includes('cmake_link_script'))
    return { whyUnplanned: 'the link is in a script of CMake (make VERBOSE=1 prints it)' };
  const isOther =
    NO_LINKER.test(name) || name === 'cmake' || (name === 'libtool' && words.includes('-static'));
  if (isOther || !mayNameArchive(words)) return 'other';
  return { whyUnplanned: `'${name}' is not a known linker or compiler` };
}

/** The command that `ardedup link … --` would run. */
function withoutWrapper(command: readonly string[]): readonly string[] {
  const at = command.indexOf('--');
  const isOurs = command.slice(0, 2).some((word) => baseName(word) === 'ardedup');
  return isOurs && at > 0 && command.slice(0, at).includes('link') ? command.slice(at + 1) : command;
}

const named = (name: string, command: readonly string[]): NamedLine => {
  const given = givenCommand(command);
  return { name, words: given.behind, given };
};

const commandsOf = (text: string): readonly (readonly string[])[] =>
  process.platform === 'win32' ? [splitWindowsCommandLine(text)] : splitShellCommands(text);

/** Errors of a line say which it is. */
export function atOption<Result>(name: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (error instanceof Error) error.message = `${name}: ${error.message}`;
    throw error;
  }
}
