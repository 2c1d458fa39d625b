import { basename } from 'node:path';
import type { Inputs } from '../link/inputs.js';
import { type MemberId, NONE } from '../symbols/symbol-table.js';

/** `libfoo.a(bar.o)`, or an object's path; the file's base name, as linkers write it. */
export function placeOf(inputs: Inputs, member: MemberId): string {
  const { archive, name } = inputs.members[member];
  return archive === NONE
    ? printable(name)
    : `${basename(inputs.archives[archive].path)}(${printable(name)})`;
}

/** Text from a file, safe for a terminal: control characters and escapes are shown, not sent. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}
