import { hasUnprintable, printable } from './place.js';

/** The shell for a printed command: a POSIX shell, or cmd.exe. */
export type Shell = 'posix' | 'windows';

const ofHost: Shell = process.platform === 'win32' ? 'windows' : 'posix';

/**
 * Words as a shell reads them: whatever is in a file's name, it stays one argument and never becomes a command. The
 * text has no control characters, so it may be printed unchanged. Every printed command comes from here.
 */
export const shellCommand = (words: readonly string[], shell: Shell = ofHost): string =>
  words.map((word, at) => (shell === 'posix' ? posixWord(word, at === 0) : windowsWord(word))).join(' ');

/** The program of a command with what runs it, in front of its arguments; empty where no program was named. */
export const programWords = ({ launcher = [], program = null }: CommandProgram): string[] =>
  program === null ? [] : [...launcher, program];

/** A program, and the arguments in front of it that run it: `env LC_ALL=C ccache`. */
export interface CommandProgram {
  readonly launcher?: readonly string[];
  readonly program?: string | null;
}

/** A file name that could be taken for an option: `-h.a` is `./-h.a`. */
export const fileArgument = (path: string): string => (path.startsWith('-') ? `./${path}` : path);

/** Reserved words of shells. */
const RESERVED = new Set(
  'if then elif else fi do done case esac while until for in function select time coproc'.split(' '),
);

function posixWord(word: string, isCommand: boolean): string {
  const isPlain = /^[A-Za-z0-9_@+:,./-][A-Za-z0-9_@+:,./=-]*$/.test(word);
  // `A=b` before a command sets a variable.
  if (isPlain && !(isCommand && (word.includes('=') || RESERVED.has(word)))) return word;
  return hasUnprintable(word) ? printedWord(word) : `'${word.replaceAll("'", "'\\''")}'`;
}

/** With control characters spelt as octal numbers, and a dash that would begin an option; every shell has printf. */
function printedWord(word: string): string {
  const bytes = [...Buffer.from(word, 'utf8')];
  const text = bytes
    .map((byte, at) => {
      const character = String.fromCharCode(byte);
      return /[A-Za-z0-9_@+:,./=]/.test(character) || (character === '-' && at > 0)
        ? character
        : `\\${byte.toString(8).padStart(3, '0')}`;
    })
    .join('');
  // Newlines at the end are lost in $(…), and not in $'…', which the oldest shells do not know.
  return word.endsWith('\n') ? `$'${text}'` : `"$(printf '${text}')"`;
}

/**
 * First quoted as programs for Windows split their line, then with a caret before whatever cmd.exe would act on: within
 * its own quotes `%PATH%` is still a variable.
 *
 * Source: "Parsing C command-line arguments" of Microsoft's documentation; `cmd /?`.
 */
function windowsWord(word: string): string {
  if (/^[A-Za-z0-9_@+:./\\=-]+$/.test(word)) return word;
  const quoted = `"${printable(word).replace(/(\\*)("|$)/g, (_, slashes: string, end: string) =>
    end === '"' ? `${slashes}${slashes}\\"` : `${slashes}${slashes}`,
  )}"`;
  return quoted.replace(/[()%!^"<>&|]/g, '^$&');
}
