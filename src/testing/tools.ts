import { accessSync, constants, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from 'vitest';

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

/** With ARDEDUP_REQUIRE_TOOLS=1, as CI sets it, a missing tool fails instead of skipping. */
const areToolsRequired = process.env.ARDEDUP_REQUIRE_TOOLS === '1';

/**
 * A `test` that needs tools, and skips itself where one is missing, saying which:
 * `needsTool('llvm-ar')('reads what llvm-ar wrote', ([ar]) => …)`.
 *
 * @param names each the name of a tool, or several that will do: `'llvm-ar-19|llvm-ar'`
 */
export const needsTool =
  (...names: string[]) =>
  (title: string, body: (paths: string[]) => void | Promise<void>, timeout?: number): void => {
    const paths = names.map((name) => tool(...name.split('|')));
    const missing = names.filter((_, at) => paths[at] === null);
    const name = `${title} (needs ${names.map((n) => n.split('|')[0]).join(', ')})`;
    if (missing.length === 0) test(name, () => body(paths as string[]), timeout);
    else if (areToolsRequired) {
      test(name, () => {
        throw new Error(`not installed: ${missing.join(', ')} (ARDEDUP_REQUIRE_TOOLS=1)`);
      });
    } else test(name, (context) => context.skip(`not installed: ${missing.join(', ')}`));
  };
