import { basename } from 'node:path';

interface WithPath {
  readonly path: string;
}

/** By list of archives, which only grows: their names. Reports name an archive for each of thousands of members. */
const known = new WeakMap<readonly WithPath[], readonly string[]>();

/** An archive's base name, as linkers write it; its path where another has the same name. */
export function nameOf({ archives }: { readonly archives: readonly WithPath[] }, archive: number): string {
  let names = known.get(archives);
  if (names?.length !== archives.length) {
    names = namesOf(archives);
    known.set(archives, names);
  }
  return names[archive];
}

function namesOf(archives: readonly WithPath[]): string[] {
  const names = archives.map(({ path }) => basename(path));
  const count = new Map<string, number>();
  for (const name of names) count.set(name, (count.get(name) ?? 0) + 1);
  return names.map((name, archive) => (count.get(name) === 1 ? name : archives[archive].path));
}
