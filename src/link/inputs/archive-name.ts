import { basename } from 'node:path';

interface WithPath {
  readonly path: string;
}

/** An archive's base name, as linkers write it; its path where another has the same name. */
export function nameOf({ archives }: { readonly archives: readonly WithPath[] }, archive: number): string {
  const name = basename(archives[archive].path);
  const isAmbiguous = archives.some(({ path }, other) => other !== archive && basename(path) === name);
  return isAmbiguous ? archives[archive].path : name;
}
