import { basename, extname } from 'node:path';
import type { MemberId } from '../../symbols/table.js';
import { NONE } from '../../symbols/table.js';
import { globTest } from '../command/glob.js';
import { SORTED_FILES } from '../command/layout-patterns.js';
import type { ArchiveId, Inputs } from './inputs.js';

/** The file patterns that match a member: equal for members that no script or order file distinguishes. */
export type FileNames = (member: MemberId) => string;

type FileTest = (archivePath: string | null, name: string) => boolean;

/**
 * Whether a pattern fits a file, as any linker reads it: GNU ld and gold compare `archive:member` part by part, and a
 * pattern without a colon with the member or the archive; LLD compares the whole with `archive:member`.
 *
 * Source: "Input Section Basics" of the GNU linker's manual; ld/ldlang.c `walk_wild_file`,
 * `input_statement_is_archive_path`; lld/ELF/LinkerScript.cpp `InputSectionDescription::matchesFile`.
 */
function fileTests(pattern: string): FileTest[] {
  const whole = globTest(pattern);
  const ofLld: FileTest = (archive, name) => whole(archive === null ? name : `${archive}:${name}`);
  const colon = pattern.indexOf(':');
  if (colon < 0)
    return [
      ofLld,
      (archive, name) => whole(name) || whole(basename(name)) || (archive !== null && whole(archive)),
    ];
  const [ofArchive, ofMember] = [pattern.slice(0, colon), pattern.slice(colon + 1)];
  const [fitsArchive, fitsMember] = [globTest(ofArchive), globTest(ofMember === '' ? '*' : ofMember)];
  const ofGnu: FileTest = (archive, name) =>
    archive === null
      ? ofArchive === '' && fitsMember(name)
      : ofArchive !== '' && fitsArchive(archive) && fitsMember(name);
  return [ofLld, ofGnu];
}

/** By member, as its archive has its path. */
export function fileNames(inputs: Inputs, patterns: readonly string[]): FileNames {
  if (patterns.length === 0) return () => '';
  const tests = patterns.flatMap(fileTests);
  return (member) => fittingTests(tests, pathOf(inputs, member), inputs.members[member].name);
}

const fittingTests = (tests: readonly FileTest[], path: string | null, name: string): string =>
  tests.map((fits) => (fits(path, name) ? '1' : '0')).join('');

const pathOf = ({ members, archives }: Inputs, member: MemberId): string | null =>
  members[member].archive === NONE ? null : archives[members[member].archive].path;

/** Where an archive would be that replaces another: in another folder, under another name. */
const elsewhere = (path: string): string => `/\u0001/\u0001${extname(path)}`;

/**
 * Marks every archive as fixed that a pattern of a script matches by its path: if it were written to another path, its
 * members would be placed differently.
 */
export function withNamedArchives(inputs: Inputs, patterns: readonly string[]): Inputs {
  if (patterns.length === 0) return inputs;
  const named = new Map<ArchiveId, string>();
  for (const pattern of patterns) {
    const tests = fileTests(pattern);
    for (const { id, path, firstMember, stored } of inputs.archives) {
      const moved = elsewhere(path);
      const isKnown =
        pattern === SORTED_FILES ||
        stored.members.some(({ ordinal }) => {
          const { name } = inputs.members[firstMember + ordinal];
          return fittingTests(tests, path, name) !== fittingTests(tests, moved, name);
        });
      if (isKnown && !named.has(id)) named.set(id, pattern);
    }
  }
  if (named.size === 0) return inputs;
  const archives = inputs.archives.map((archive) => {
    const pattern = named.get(archive.id);
    if (pattern === undefined) return archive;
    // The index is computed on first access.
    const properties = Object.getOwnPropertyDescriptors(archive);
    const own = { isFixed: { value: true, enumerable: true }, namedBy: { value: pattern, enumerable: true } };
    return Object.defineProperties({}, { ...properties, ...own }) as typeof archive;
  });
  return { ...inputs, archives };
}
