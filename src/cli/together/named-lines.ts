import { LineError } from '../../link/command/line-error.js';
import { splitWindowsCommandLine } from '../../link/command/response-file.js';
import { splitShellCommands } from '../../link/command/shell-commands.js';
import { InputError, reasonOf } from '../../link/inputs/open-files.js';
import { readWhole } from '../../link/inputs/read-text.js';
import { baseName, firstSource, mayLinkArchives, toolKind } from '../../wrap/tool-name.js';
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

/**
 * The line of the command line, if there is one, then those of --also, then those of --commands.
 * @throws UsageError, InputError
 */
export function namedLines(
  words: readonly string[],
  given: GivenLine,
  { also, commands }: MoreLines,
): NamedLine[] {
  const own: NamedLine[] = words.length > 0 ? [{ name: 'line 1', words, given }] : [];
  const further = also.map((text, at) => {
    const [command, ...others] = atOption(`--also ${text}`, () => commandsOf(text));
    if (command === undefined || others.length > 0)
      throw new UsageError(`--also ${text}: expected one link command`);
    return named(`line ${own.length + at + 1}`, command);
  });
  return [...own, ...further, ...commands.flatMap(linesIn)];
}

/** The commands of a file that link archives: one line each, as a build system prints them. */
function linesIn(path: string): NamedLine[] {
  let text: string;
  try {
    text = readWhole(path).toString('utf8');
  } catch (error) {
    throw new InputError(`${path}: ${reasonOf(error)}`);
  }
  const lines = text.split(/\r?\n/).flatMap((line, at) => linksOf(line, `${path}:${at + 1}`));
  if (lines.length === 0)
    throw new InputError(`${path}: no command in it links an archive (expected one command a line)`);
  return lines;
}

function linksOf(line: string, name: string): NamedLine[] {
  // A file of a whole build has lines that only a shell can read; they matter where they may link.
  if (!/\.(?:a|lib|rlib)\b|(?:^|[\s,])-l|defaultlib:/i.test(line)) return [];
  const commands = atOption(name, () => commandsOf(line)).map(withoutLauncher);
  const links = commands.filter(isLink);
  const moves = commands.find(([program]) => program === 'cd');
  if (links.length > 0 && moves !== undefined)
    throw new LineError(`${name}: links in another folder (${moves.join(' ')}): run ardedup there`);
  return links.map((command) => named(name, command));
}

function isLink([program, ...words]: readonly string[]): boolean {
  const kind = toolKind(program);
  if (kind === null || !mayLinkArchives(kind, words)) return false;
  return kind === 'linker' || firstSource(words) === undefined;
}

/** The command that `ardedup link … --` would run. */
function withoutLauncher(command: readonly string[]): readonly string[] {
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
