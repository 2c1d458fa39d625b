import type { LinkerId } from '../link/linkers/linker-profile.js';
import type { NameId } from '../symbols/names.js';
import type { MemberId } from '../symbols/table.js';

/** Why two members are taken for copies of one thing. */
export type Evidence =
  | { readonly kind: 'identical-bytes' }
  /** All that a linker can see is equal: only debug information, comments, names of locals or build paths differ. */
  | { readonly kind: 'same-image' }
  /** The same codegen unit of the same build, recompiled by LTO. `module-hash`: the compiler's own hash of the
   * module's content is equal in both; `names`: neither carries one, and names and symbols stood in. */
  | { readonly kind: 'same-unit'; readonly proof: 'module-hash' | 'names' }
  /** A person says that another archive owns what this member defines: contents may differ. */
  | { readonly kind: 'declared' };

/** How two members relate: as copies, with the evidence, or as one unit whose content is proved to differ. */
export type Relation = Evidence | { readonly kind: 'other-content' };

/** Conditions of a safe drop that did not hold; docs/safety.md says what each asks. */
export type BlockCode =
  | 'unresolved-reference'
  | 'binding-moves'
  | 'weak-reference-changes'
  | 'loads-more'
  | 'new-clash'
  | 'side-effect-lost'
  | 'content-differs'
  | 'crate-split'
  | 'state-split'
  | 'export-changes'
  | 'constructor-order'
  | 'side-effect-added'
  | 'section-order'
  | 'named-file'
  | 'import-library'
  | 'other-content'
  | 'other-build'
  | 'unreadable-neighbour'
  | 'lto-call'
  | 'unread-library';

/** What prevents a drop. */
export interface Blocker {
  readonly code: BlockCode;
  /** The symbol it turns on, or NONE. */
  readonly name: NameId;
  /** The file that refers to it, needs it, or is in the way; NONE for roots. */
  readonly by: MemberId;
  /** The library that was not found and is in the way, as the line has it; for `unread-library` alone. */
  readonly library?: string;
  /** The pattern that tells the files apart; for `named-file` alone. */
  readonly pattern?: string;
  /** The linker on which it was found; null when it holds on any. */
  readonly linker: LinkerId | null;
}

/** Why a member stays that nothing speaks against dropping. */
export type KeepReason =
  /** No other member on the line could replace it. */
  | 'no-twin'
  /** Others are copies of it, and it is the copy that stays. */
  | 'owner'
  | 'not-an-object'
  | 'unreadable';

/** One a member, in input order. Doubt means keep. */
export type Verdict =
  | { readonly kind: 'keep'; readonly member: MemberId; readonly reason: KeepReason }
  | { readonly kind: 'drop'; readonly member: MemberId; readonly twin: MemberId; readonly evidence: Evidence }
  | {
      readonly kind: 'blocked';
      readonly member: MemberId;
      readonly twin: MemberId;
      readonly blocker: Blocker;
    };
