import { printable } from '../../report/place.js';
import { wrapText } from '../../report/wrap-text.js';
import type { Terminal } from '../streams.js';

/**
 * A line for standard error. On a terminal with colours an error is called that, in red, and a warning is yellow; in a
 * file or a pipe the text has neither, so that what reads it may rely on it.
 *
 * @param terminal null: a file or a pipe
 */
export function complaint(message: string, terminal: Terminal | null | undefined): string {
  const text = printable(message);
  if (terminal == null) return `ardedup: ${text}\n`;
  const line = terminal.colors ? colored(text) : `ardedup: ${text}`;
  return `${wrapText(line, terminal.columns)}\n`;
}

function colored(text: string): string {
  return text.startsWith('warning: ')
    ? `ardedup: \u001b[1;33mwarning:\u001b[0m${text.slice('warning:'.length)}`
    : `ardedup: \u001b[1;31merror:\u001b[0m ${text}`;
}
