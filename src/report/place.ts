import { basename } from 'node:path';
import type { Inputs } from '../link/inputs/inputs.js';
import { type MemberId, NONE } from '../symbols/table.js';

/** `libfoo.a(bar.o)`, or an object's path; the file's base name, as linkers write it. */
export function placeOf(inputs: Inputs, member: MemberId): string {
  const { archive, name } = inputs.members[member];
  return archive === NONE
    ? printable(name)
    : `${basename(inputs.archives[archive].path)}(${printable(name)})`;
}

/**
 * Escapes text from a file for a terminal or report: control characters, escapes, line ends, marks that change the
 * direction of text, and characters that XML does not allow are shown as codes.
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x100
      ? `\\x${code.toString(16).padStart(2, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** Whether `printable` would change a text. */
export const hasUnprintable = (text: string): boolean => text.search(UNPRINTABLE) >= 0;

const UNPRINTABLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffe\uffff]|\p{Surrogate}/gu;
