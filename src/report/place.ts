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

/** `1 member`, `2 members`. */
export const count = (number: number, noun: string, plural = `${noun}s`): string =>
  `${number.toLocaleString('en-US')} ${number === 1 ? noun : plural}`;

/** Bytes as people say them: `1.4 MB`. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** `a, b, c, 3 more things`. */
export function shortList(items: readonly string[], most: number, noun: string, plural = `${noun}s`): string {
  if (items.length <= most + 1) return items.join(', ');
  return [
    ...items.slice(0, most),
    `${items.length - most} more ${items.length - most === 1 ? noun : plural}`,
  ].join(', ');
}
