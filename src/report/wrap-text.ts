/** Marks around what is not broken over lines. Printed text has no control characters of its own: see `printable`. */
const START = '\u0001';
const END = '\u0002';
/** Narrower terminals get lines of this width. */
const NARROWEST = 40;
/** Two of them in a line: it is the row of a table. */
const COLUMN_GAP = / {3,}/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences that colour text
const ESCAPE = /\u001b\[[0-9;]*m/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: the marks
const MARKS = /[\u0001\u0002]/g;
/** The text behind a number, or behind a label and its column gap, is where a long line goes on. */
const LABEL = /^ *(?:\d+\. +|- +|\S+ {2,}(?=\S))/;
/** Matches the first line of a Markdown block: an empty line, a heading, a list item, a table row. */
const BEGINS = /^\s*(?:$|#|- |\d+\. |\|)/;

/** Marks a text that `wrapText` leaves on one line, as a command that is to be copied. */
export const keepWhole = (text: string): string => `${START}${text}${END}`;

/**
 * Breaks long lines between words, and indents what goes on. Rows of tables, and what `keepWhole` has marked, stay
 * whole.
 *
 * @param width columns of the terminal
 */
export function wrapText(text: string, width: number): string {
  return text
    .split('\n')
    .map((line) => wrapLine(line, Math.max(width, NARROWEST), 2))
    .join('\n');
}

/**
 * The same for a page of Markdown: lines of a paragraph or list item are filled again; code blocks stay as they are.
 */
export function wrapPage(text: string, width: number): string {
  const filled: { text: string; isCode: boolean }[] = [];
  let isCode = false;
  for (const line of text.split('\n')) {
    const isFence = line.trimStart().startsWith('```');
    const before = filled.at(-1);
    const continues = before && !before.isCode && before.text !== '' && !before.text.startsWith('#');
    if (isCode || isFence || !continues || BEGINS.test(line))
      filled.push({ text: line, isCode: isCode || isFence });
    else before.text += ` ${line.trim()}`;
    if (isFence) isCode = !isCode;
  }
  return filled
    .map((one) => (one.isCode ? one.text : wrapLine(one.text, Math.max(width, NARROWEST), 0)))
    .join('\n');
}

/** Columns that a text takes: escape sequences and marks take none. */
const lengthOf = (text: string): number => [...text.replace(ESCAPE, '').replace(MARKS, '')].length;

function wrapLine(line: string, width: number, hanging: number): string {
  const plain = line.replace(MARKS, '');
  if (lengthOf(plain) <= width || isTableRow(plain)) return plain;
  const indent = ' '.repeat(hangingIndent(plain, width, hanging));
  const lines: string[] = [];
  let current = '';
  for (const piece of piecesOf(line)) {
    if (current !== '' && lengthOf(current.trimStart()) > 0 && lengthOf(current + piece.trimEnd()) > width) {
      lines.push(current.trimEnd());
      current = indent + piece.trimStart();
    } else current += piece;
  }
  return [...lines, current.trimEnd()].join('\n');
}

/** Words with the blanks behind them; what is marked is one. */
function piecesOf(line: string): string[] {
  const pieces: string[] = [];
  let rest = '';
  for (const part of line.split(new RegExp(`(${START}[^${END}]*${END} *)`))) {
    if (part.startsWith(START)) {
      pieces.push(rest + part.replace(MARKS, ''));
      rest = '';
      continue;
    }
    const words = (rest + part).match(/^ +\S* *|\S+ */g) ?? [];
    // Text directly before a mark, such as a colour code, belongs to it.
    rest = words.length > 0 && !words[words.length - 1].endsWith(' ') ? (words.pop() as string) : '';
    pieces.push(...words);
  }
  if (rest === '') return pieces;
  // The code that ends a colour belongs to the text before it.
  if (lengthOf(rest) === 0 && pieces.length > 0) pieces[pieces.length - 1] += rest;
  else pieces.push(rest);
  return pieces;
}

const isTableRow = (plain: string): boolean =>
  (plain.replace(ESCAPE, '').trim().match(COLUMN_GAP)?.length ?? 0) >= 2;

function hangingIndent(plain: string, width: number, hanging: number): number {
  const text = plain.replace(ESCAPE, '');
  const label = LABEL.exec(text)?.[0].length ?? 0;
  if (label > 0 && label <= width / 3) return label;
  return Math.min(text.length - text.trimStart().length + hanging, width / 2);
}
