import { isArchive } from '../../archive/read-archive.js';
import { InputError } from '../../link/inputs/open-files.js';

/** First bytes, in hexadecimal, of files that are taken for logs by mistake. */
const NO_LOGS: readonly (readonly [magics: readonly string[], what: string])[] = [
  [['1f8b', '28b52ffd', 'fd377a58', '425a68', '504b0304'], 'a compressed file; unpack it first'],
  [
    ['7f454c46', '4d5a90', 'feedface', 'feedfacf', 'cefaedfe', 'cffaedfe', 'cafebabe', '0061736d'],
    'a program or object',
  ],
];

const OBJECT_NAME = /\.(?:o|obj|lo)$/i;

/** @throws InputError for an archive, an object, and any other file that is not text */
export function requireLogText(path: string, bytes: Uint8Array): Uint8Array {
  const kind = isArchive(bytes) ? 'archive' : OBJECT_NAME.test(path) ? 'object' : null;
  if (kind !== null)
    throw new InputError(`${path}: an ${kind} is not a log; to see what is in it: ardedup inspect ${path}`);
  const head = Buffer.from(bytes.subarray(0, 4)).toString('hex');
  const found = NO_LOGS.find(([magics]) => magics.some((magic) => head.startsWith(magic)));
  if (found !== undefined) throw new InputError(`${path}: expected a linker's log, got ${found[1]}`);
  return bytes;
}
