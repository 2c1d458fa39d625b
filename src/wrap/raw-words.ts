import { readFileSync } from 'node:fs';

/** The replacement of bytes that are not UTF-8 once they have been read as such. */
export const REPLACEMENT = '\uFFFD';

/**
 * The last words of our command line as they were given: Linux takes any bytes, and Node makes text of them.
 * @returns null when nothing was lost, or the system does not tell
 */
export function rawWords(words: readonly string[]): readonly Buffer[] | null {
  if (!words.some((word) => word.includes(REPLACEMENT))) return null;
  try {
    const raw = splitAtZeros(readFileSync('/proc/self/cmdline')).slice(-words.length);
    const isLost = raw.some((bytes, at) => !bytes.equals(Buffer.from(words[at])));
    return isLost && raw.length === words.length ? raw : null;
  } catch {
    return null;
  }
}

function splitAtZeros(bytes: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(0, at);
    parts.push(bytes.subarray(at, end));
    at = end + 1;
  }
  return parts;
}

/** The first argument that is not UTF-8, with its bytes spelled out. */
export function spelledOut(raw: readonly Buffer[]): string {
  const word = raw.find((bytes) => !Buffer.from(bytes.toString('utf8')).equals(bytes)) ?? raw[0];
  return word.toString('latin1').replace(/[^ -~]/g, escaped);
}

const escaped = (character: string): string => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;

/** A script for a POSIX shell that becomes the tool, with these very bytes for its words. */
export function shellScript(path: string, raw: readonly Buffer[]): Buffer {
  const quoted = [Buffer.from(path), ...raw].flatMap((word) => [Buffer.from(' '), quote(word)]);
  return Buffer.concat([Buffer.from('exec'), ...quoted, Buffer.from('\n')]);
}

/** In single quotes, which leave every byte but themselves alone. */
const quote = (word: Buffer): Buffer =>
  Buffer.from(`'${word.toString('latin1').replaceAll("'", "'\\''")}'`, 'latin1');
