import { LineError } from './line-error.js';

/**
 * The commands of one line of a shell script or a build log, as words: those that `&&` or `;` join, in order.
 *
 * Only what build systems print is read: words, quotes, backslashes and comments. A line with anything that a shell
 * would replace or redirect has no commands that could be known.
 *
 * @throws LineError for a line with a pipe, a redirection, a variable, a substitution or an open quote
 */
export function splitShellCommands(line: string): string[][] {
  const commands: string[][] = [[]];
  let word: string | null = null;
  const endWord = () => {
    if (word !== null) commands[commands.length - 1].push(word);
    word = null;
  };
  for (let at = 0; at < line.length; at++) {
    const character = line[at];
    if (/\s/.test(character)) endWord();
    else if (character === ';' || line.startsWith('&&', at)) {
      endWord();
      commands.push([]);
      if (character === '&') at++;
    } else if (character === '#' && word === null) break;
    else {
      const { text, end } = pieceAt(line, at);
      word = (word ?? '') + text;
      at = end - 1;
    }
  }
  endWord();
  return commands.filter((words) => words.length > 0);
}

/** A quoted part of a word, or one character of it, and where it ends. */
function pieceAt(line: string, at: number): { readonly text: string; readonly end: number } {
  const character = line[at];
  if (character === "'") {
    const end = line.indexOf("'", at + 1);
    if (end < 0) throw openQuote(character);
    return { text: line.slice(at + 1, end), end: end + 1 };
  }
  if (character === '"') return doubleQuoted(line, at);
  if (character === '\\' && at + 1 < line.length) return { text: line[at + 1], end: at + 2 };
  if ('|&<>()`$*?'.includes(character))
    throw new LineError(`a shell would interpret ${character}; quote it, or give the command alone`);
  return { text: character, end: at + 1 };
}

function doubleQuoted(line: string, start: number): { readonly text: string; readonly end: number } {
  let text = '';
  for (let at = start + 1; at < line.length; at++) {
    const character = line[at];
    if (character === '"') return { text, end: at + 1 };
    if (character === '`' || character === '$')
      throw new LineError(`a shell would interpret ${character}; quote it, or give the command alone`);
    if (character === '\\' && '"\\$`'.includes(line[at + 1] ?? ' ')) at++;
    text += line[at];
  }
  throw openQuote('"');
}

const openQuote = (quote: string): LineError => new LineError(`the line ends within ${quote} quotes`);
