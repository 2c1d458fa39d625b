import type { ArchiveId } from '../../link/inputs/inputs.js';
import type { LinkerId } from '../../link/linkers/linker-profile.js';
import type { NameId, NameTable } from '../../symbols/names.js';
import type { EditAction } from '../../symbols/symbol-edit.js';
import type { MemberId } from '../../symbols/table.js';

/** Why a name of a member is edited. */
export type EditEvidence =
  /** The member and the provider's are one unit by the hash of its content, or two equal images. */
  | {
      readonly kind: 'redirect';
      readonly provider: MemberId;
      readonly proof: 'module-hash' | 'identical-bytes' | 'same-image';
    }
  /** Accepted by the user: the definition of this file replaces the member's. */
  | { readonly kind: 'yield'; readonly pattern: string; readonly provider: MemberId }
  /** Accepted by the user: the archive keeps its own definitions, under names of its own. */
  | { readonly kind: 'isolate'; readonly archive: ArchiveId }
  /** Accepted by the user: the linker already binds all references to the definition of this file. */
  | { readonly kind: 'first-wins'; readonly provider: MemberId };

export type EditKind = EditEvidence['kind'];

/** The edit of one name in one member, which applies to all rows of the member with that name. */
export interface MemberEdit {
  readonly member: MemberId;
  readonly name: NameId;
  readonly action: EditAction;
  /**
   * The new name of a renamed symbol; for other actions, the name of the old definition in formats that need a twin.
   */
  readonly newName: string;
  readonly evidence: EditEvidence;
}

/** Conditions of a sound edit that did not hold: docs/safety.md has a section for each. */
export type EditCode =
  | 'edit-recompiled'
  | 'edit-not-editable'
  | 'edit-unresolved'
  | 'edit-binding'
  | 'edit-weak-reference'
  | 'edit-effect'
  | 'edit-new-clash'
  | 'edit-export'
  | 'edit-splits-state'
  | 'edit-named-elsewhere'
  | 'edit-open-closure'
  | 'edit-protected-name'
  | 'edit-registry'
  | 'edit-allocator'
  | 'edit-other-content'
  | 'edit-kept-state'
  | 'edit-half-crate'
  | 'edit-owner'
  | 'edit-size'
  | 'edit-linkers-differ'
  | 'edit-no-effect';

/** A condition that an edit violates. */
export interface EditProblem {
  readonly code: EditCode;
  /** The symbol concerned, or NONE. */
  readonly name: NameId;
  /** The file concerned, or NONE. */
  readonly member: MemberId;
  /** The linker on which the condition fails; null for all linkers. */
  readonly linker: LinkerId | null;
  /** Only for a yield without edits: its pattern. */
  readonly pattern?: string;
}

/** Edits of one request, and why some were not found. */
export interface FoundEdits {
  readonly edits: readonly MemberEdit[];
  readonly problems: readonly EditProblem[];
}

/** Suffix of names that edits make: `name.iso.<8 hexadecimal digits>`. */
const MARK = /\.iso\.[0-9a-f]{8}$/;
const MARK_START = '.iso.';
export const MARK_DIGITS = 8;

/** Whether some name may be one that an edit made. */
export const hasMarkedNames = (names: NameTable): boolean => names.hasEnding(MARK_START, MARK_DIGITS);

export const markedName = (name: string, mark: string): string => `${name}.iso.${mark}`;

export const isMarkedName = (name: string): boolean => MARK.test(name);

/** The name before the edit. */
export const unmarkedName = (name: string): string => name.replace(MARK, '');
