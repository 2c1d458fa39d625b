import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where distributions put LLVM's tools without a version in their names; newest first. */
function llvmFolders(): string[] {
  try {
    const versions = readdirSync('/usr/lib').filter((name) => /^llvm-\d+$/.test(name));
    versions.sort((a, b) => Number(b.slice(5)) - Number(a.slice(5)));
    return versions.map((name) => join('/usr/lib', name, 'bin'));
  } catch {
    return [];
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Path of the first of these tools that is installed, or null.
 *
 * @param names in order of preference: `tool('llvm-ar-19', 'llvm-ar')`
 */
export function tool(...names: string[]): string | null {
  const folders = [...(process.env.PATH ?? '').split(delimiter).filter(Boolean), ...llvmFolders()];
  for (const name of names) {
    const found = folders.map((folder) => join(folder, name)).find(isExecutable);
    if (found !== undefined) return found;
  }
  return null;
}
