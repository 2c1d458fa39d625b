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
 * Text from a file, safe for a terminal and a report: control characters and escapes are shown, not sent, and so is
 * what turns the direction of text around, ends lines, or is not a character of XML.
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
