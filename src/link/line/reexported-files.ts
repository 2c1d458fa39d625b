import { basename, dirname, extname } from 'node:path';
import { append } from '../../bytes/append.js';
import type { MemberId } from '../../symbols/table.js';
import { joinPath } from '../command/join-path.js';
import type { ParsedLine } from '../command/parsed-line.js';
import { findFramework, firstIn } from '../inputs/find-library.js';
import type { InputFile } from '../inputs/input-file.js';
import type { InputPlace } from '../inputs/inputs.js';
import type { InputsReader } from '../inputs/read-inputs.js';
import { type LineItem, plainItemAt } from './link-line.js';

/** By shared library: the libraries that it re-exports. */
export type Reexported = ReadonlyMap<MemberId, readonly InputPlace[]>;

/** Opens the library with an install name; null if it was not found, which is then reported. */
export type OpenReexported = (installName: string, by: string) => InputFile | null;

/** Reads the libraries that these libraries re-export, transitively. */
export function readReexported(
  reader: InputsReader,
  places: Iterable<InputPlace | null>,
  open: OpenReexported,
): Reexported {
  const found = new Map<MemberId, InputPlace[]>();
  const waiting = [...places];
  for (const place of waiting) {
    if (place?.kind !== 'shared-library' || found.has(place.member)) continue;
    const content = reader.contents[place.member];
    const names = content.kind === 'shared-library' ? content.info.reexported : [];
    const files = names.flatMap((name) => open(name, reader.pathOf(place.member)) ?? []);
    const behind = files.map((file) => reader.add(file, false));
    found.set(place.member, behind);
    append(waiting, behind);
  }
  return found;
}

/** An item followed by the libraries that it re-exports, transitively, without duplicates. */
export function withReexported(item: LineItem, reexported: Reexported): LineItem[] {
  const items = [item];
  const seen = new Set<MemberId>();
  for (const one of items) {
    if (one.kind !== 'shared-library' || seen.has(one.member)) continue;
    seen.add(one.member);
    for (const place of reexported.get(one.member) ?? [])
      if (place.kind === 'shared-library' && !seen.has(place.member)) items.push(plainItemAt(place));
  }
  return items;
}

/**
 * The path of a re-exported library: by its last name in the folders of the line, then where loaders have it, below the
 * system's root; a text stub comes first.
 *
 * Source: lld/MachO/InputFiles.cpp `findDylib`, lld/MachO/DriverUtils.cpp `resolveDylibPath`.
 */
export function findReexported(installName: string, by: string, parsed: ParsedLine): string | null {
  const name = basename(installName);
  const framework = `/${installName}`.includes(`/${name}.framework/`) ? name : undefined;
  const inFolders =
    framework === undefined
      ? firstIn(parsed.libraryFolders, stubFirst(name))
      : findFramework(framework, parsed);
  if (inFolders !== null) return inFolders;
  if (installName.startsWith('@'))
    return firstIn([dirname(by)], stubFirst(installName.replace(/^@[^/]*\//, '')));
  const roots = parsed.apple.systemRoots.length > 0 ? parsed.apple.systemRoots : ['/'];
  return firstIn(roots, stubFirst(installName));
}

const stubFirst = (path: string): string[] => [
  joinPath(dirname(path), `${basename(path, extname(path))}.tbd`),
  path,
];
