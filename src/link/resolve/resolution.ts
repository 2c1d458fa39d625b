import type { NameId } from '../../symbols/names.js';
import type { MemberId, SymbolId } from '../../symbols/table.js';
import type { LinkerProfile } from '../linkers/linker-profile.js';

/** Two or more strong definitions of one name among the files of a link. */
export interface Clash {
  readonly name: NameId;
  /** In the order the linker reads them. */
  readonly definitions: readonly SymbolId[];
}

/** What a linker makes of a line, as if multiple definitions were allowed: clashes are recorded, not fatal. */
export interface Resolution {
  readonly profile: LinkerProfile;
  /** Every file of the link, objects too, in the order they are loaded. */
  readonly loaded: readonly MemberId[];
  /** Every file of the link in the order in which the linker places their sections. */
  readonly placed: readonly MemberId[];
  /** By MemberId: 1 when loaded. */
  readonly isLoaded: Uint8Array;
  /** By MemberId: the name that extracted it; NONE for objects and members of whole archives. */
  readonly extractedFor: Int32Array;
  /** By MemberId: the file whose reference extracted it; NONE when a root did, and for what nothing extracted. */
  readonly extractedBy: Int32Array;
  /** By NameId: the definition that references bind to, or NONE. */
  readonly provider: Int32Array;
  /** By NameId: see the constants below. */
  readonly demand: Uint8Array;
  /** Gathered when first asked for. */
  readonly clashes: readonly Clash[];
  /** By NameId: how many definitions would clash were there another. Null for linkers where more than their number
   * decides: then ask `clashes`. */
  readonly strongCount: Uint16Array | null;
}

/** Nobody who is loaded refers to the name. */
export const NO_DEMAND = 0;
/** Only weak references: content to stay undefined. */
export const WEAK_DEMAND = 1;
/** A strong reference, or a root. */
export const STRONG_DEMAND = 2;
