import { readFileSync } from 'node:fs';
import { InputError, reasonOf } from './open-files.js';

/** Text in UTF-8, or in UTF-16 with a byte order mark, as Windows tools write response files. */
export function readText(path: string): string {
  try {
    const bytes = readFileSync(path);
    return new TextDecoder(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8').decode(bytes);
  } catch (error) {
    throw new InputError(`@${path}: ${reasonOf(error)}`);
  }
}
