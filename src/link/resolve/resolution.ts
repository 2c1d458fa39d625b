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
  /** Computed on first access. */
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
