import { once } from '../../bytes/once.js';
import { isWeak } from '../../symbols/flags.js';
import type { NameId } from '../../symbols/names.js';
import type { MemberId, SymbolId } from '../../symbols/table.js';
import type { LinkerProfile } from '../linkers/linker-profile.js';

/** Two or more strong definitions of one name among the files of a link. */
export interface Clash {
  readonly name: NameId;
  /** In the order in which the linker reads them. */
  readonly definitions: readonly SymbolId[];
}

/** The same of all duplicate names, as columns. */
export interface ClashRows {
  readonly name: Int32Array;
  /** By row, and one row more: where its definitions begin. */
  readonly start: Int32Array;
  readonly definition: Int32Array;
}

/**
 * Result of a simulated link: the loaded files, the winner of each name, and the duplicates. Duplicate definitions are
 * recorded and do not end the simulation (as with `--allow-multiple-definition`).
 */
export interface Resolution {
  readonly profile: LinkerProfile;
  /** All loaded files, objects and members, in load order. */
  readonly loaded: readonly MemberId[];
  /** Files that are loaded once more: an object or a whole archive that the line names twice. */
  readonly repeated: readonly MemberId[];
  /** The loaded files in the order in which the linker places their sections. */
  readonly placed: readonly MemberId[];
  /** By MemberId: 1 if loaded. */
  readonly isLoaded: Uint8Array;
  /** By MemberId: the name that extracted it; NONE for objects and members of whole archives. */
  readonly extractedFor: Int32Array;
  /** By MemberId: the file whose reference extracted it; NONE if a root extracted it, or nothing did. */
  readonly extractedBy: Int32Array;
  /** By NameId: the definition that references bind to, or NONE. */
  readonly winners: Int32Array;
  /** By NameId, the strongest reference of a loaded file: UNREFERENCED, WEAKLY_REFERENCED or STRONGLY_REFERENCED. */
  readonly referenceStrength: Uint8Array;
  /** Names with a strong reference and no definition, in ascending order. */
  readonly undefinedNames: Int32Array;
  /** Computed on first access. */
  readonly clashRows: ClashRows;
  /** The same as objects. Computed on first access. */
  readonly clashes: readonly Clash[];
  /**
   * By NameId: the number of loaded definitions that a further strong definition would clash with. Null for linkers
   * whose duplicates depend on more than the number: use `clashes` for those.
   */
  readonly strongCount: Uint16Array | null;
}

/** No loaded file references the name. */
export const UNREFERENCED = 0;
/** Only weak references, which may stay undefined. */
export const WEAKLY_REFERENCED = 1;
/** A strong reference, or a root. */
export const STRONGLY_REFERENCED = 2;

/** The strength of a reference with these flags. */
export const strengthOf = (flags: number): number =>
  isWeak(flags) ? WEAKLY_REFERENCED : STRONGLY_REFERENCED;

/** Duplicates as objects. */
export function clashesOf(rows: ClashRows): Clash[] {
  const clashes = new Array<Clash>(rows.name.length);
  for (let row = 0; row < clashes.length; row++) clashes[row] = clashAt(rows, row);
  return clashes;
}

export function clashRowsOf(clashes: readonly Clash[]): ClashRows {
  const start = new Int32Array(clashes.length + 1);
  for (let row = 0; row < clashes.length; row++)
    start[row + 1] = start[row] + clashes[row].definitions.length;
  return {
    name: Int32Array.from(clashes, ({ name }) => name),
    start,
    definition: Int32Array.from(clashes.flatMap(({ definitions }) => definitions)),
  };
}

function clashAt({ name, start, definition }: ClashRows, row: number): Clash {
  const definitions = new Array<SymbolId>(start[row + 1] - start[row]);
  for (let at = 0; at < definitions.length; at++) definitions[at] = definition[start[row] + at];
  return { name: name[row], definitions };
}

type WithClashes = Pick<Resolution, 'winners' | 'clashRows'>;

/** Duplicates of a link that have more definitions than in an earlier one, or none there. */
export function grownClashes(earlier: WithClashes, later: WithClashes): Clash[] {
  const after = later.clashRows;
  const count = definitionCounts(earlier);
  const grown: Clash[] = [];
  for (let row = 0; row < after.name.length; row++)
    if (after.start[row + 1] - after.start[row] > (count[after.name[row]] ?? 1))
      grown.push(clashAt(after, row));
  return grown;
}

/**
 * By NameId: definitions of duplicates; 1 for other names, since a name that the line defines may clash without any.
 * Found once for a link that is compared with many others.
 */
const definitionCounts = once(({ winners, clashRows: { name, start } }: WithClashes): Int32Array => {
  const count = new Int32Array(winners.length).fill(1);
  for (let row = 0; row < name.length; row++) count[name[row]] = start[row + 1] - start[row];
  return count;
});
