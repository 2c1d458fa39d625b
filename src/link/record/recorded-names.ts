import { realpathSync } from 'node:fs';
import { basename } from 'node:path';
import { NONE } from '../../symbols/table.js';
import { absolutePath } from '../command/join-path.js';
import type { Inputs } from '../inputs/inputs.js';

/** The names by which linkers know the files of a line, made comparable: paths are absolute. */
export interface RecordedNames {
  /** Keys of archives. */
  readonly archives: ReadonlySet<string>;
  readonly sharedLibraries: ReadonlySet<string>;
  /** Keys of objects and of archive members. */
  readonly members: ReadonlySet<string>;
  /** By MemberId. */
  readonly ofMember: readonly string[];
  /** Of a file as a record names it. */
  keyOf(file: string): string;
  pathKey(path: string): string;
  /** The key of the archive that a record's `liba.a(a.o)` names; null for anything but an archive member. */
  archiveIn(file: string): string | null;
  /** Whether a key is that of a member of an archive. */
  isMember(key: string): boolean;
  /** For messages. */
  label(key: string): string;
}

/** @param hasFolders whether the record names archives with their folders */
export function recordedNames(inputs: Inputs, hasFolders: boolean): RecordedNames {
  const pathKey = hasFolders ? remember(pathKeyOf) : (path: string) => path.replace(/^.*[/\\]/, '');
  const archives = new Set(inputs.archives.map(({ path }) => pathKey(path)));
  const aliases = new Map<string, string>();
  const labels = new Map<string, string>();
  const own = new Set<string>();
  const ofMember = inputs.members.map(({ archive, name, source }): string => {
    if (archive === NONE) {
      const key = pathKey(name);
      labels.set(key, name);
      return key;
    }
    const { path, stored } = inputs.archives[archive];
    const key = `${pathKey(path)}(${name})`;
    own.add(key);
    labels.set(key, `${path}(${name})`);
    if (stored.isThin) {
      // A thin archive's member is a file: by its path, with or without the archive.
      aliases.set(pathKey(source.label), key);
      aliases.set(`${pathKey(path)}(${basename(name)})`, key);
      aliases.set(`${pathKey(path)}(${source.label})`, key);
    }
    return key;
  });
  const archiveIn = (file: string): string | null => {
    if (!file.endsWith(')')) return null;
    for (let at = file.indexOf('('); at > 0; at = file.indexOf('(', at + 1)) {
      const key = pathKey(file.slice(0, at));
      if (archives.has(key)) return key;
    }
    const [, path] = /^(.+?)\(/.exec(file) ?? [];
    return path === undefined ? null : pathKey(path);
  };
  const keyOf = (file: string): string => {
    const archive = archiveIn(file);
    if (archive === null) return aliases.get(pathKey(file)) ?? pathKey(file);
    const start = memberStart(file, archive, pathKey);
    const key = `${archive}(${file.slice(start)}`;
    return aliases.get(key) ?? key;
  };
  return {
    archives,
    sharedLibraries: new Set(
      ofMember.filter((_, member) => inputs.contents[member].kind === 'shared-library'),
    ),
    members: new Set(ofMember),
    ofMember,
    keyOf,
    pathKey,
    archiveIn,
    isMember: (key) => own.has(key),
    label: (key) => labels.get(key) ?? key,
  };
}

/** Where the member's name begins, given the key of its archive. */
function memberStart(file: string, archive: string, pathKey: (path: string) => string): number {
  for (let at = file.indexOf('('); at > 0; at = file.indexOf('(', at + 1))
    if (pathKey(file.slice(0, at)) === archive) return at + 1;
  return file.indexOf('(') + 1;
}

/** A file by where it really is: linkers shorten `sub/../liba.a`, and follow no symbolic link. */
export function pathKeyOf(path: string): string {
  const absolute = absolutePath(path);
  try {
    return realpathSync(absolute);
  } catch {
    return absolute;
  }
}

function remember(compute: (text: string) => string): (text: string) => string {
  const known = new Map<string, string>();
  return (text) => {
    const value = known.get(text) ?? compute(text);
    known.set(text, value);
    return value;
  };
}
