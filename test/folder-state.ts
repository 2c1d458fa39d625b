import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/** Every file below a folder with a digest of its content: two states are equal when nothing was touched. */
export function folderState(folder: string): Record<string, string> {
  const state: Record<string, string> = {};
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const path = join(folder, name);
    const status = lstatSync(path);
    if (status.isSymbolicLink()) state[name] = `link to ${readlinkSync(path)}`;
    else if (status.isFile()) state[name] = createHash('sha256').update(readFileSync(path)).digest('hex');
    else state[name] = status.isDirectory() ? 'folder' : 'special';
  }
  return state;
}
