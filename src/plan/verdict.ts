import type { LinkerId } from '../link/linkers/linker-profile.js';
import type { NameId } from '../symbols/names.js';
import type { MemberId } from '../symbols/table.js';

/** Evidence that two members are copies. */
export type Evidence =
  | { readonly kind: 'identical-bytes' }
  /** Everything that affects a link is equal: only debug information, comments, local names or build paths differ. */
  | { readonly kind: 'same-image' }
  /**
   * The same codegen unit of the same build, recompiled by LTO. `module-hash`: the compiler's own hash of the module's
   * content is equal in both; `names`: there is no such hash, and names and symbols agree.
   */
  | { readonly kind: 'same-unit'; readonly proof: 'module-hash' | 'names' }
  /** The user declared that another archive owns the member's definitions: contents may differ. */
  | { readonly kind: 'declared' }
  /** No linker loads the member, and it has no copy on the line: other lines of the plan do without it. */
  | { readonly kind: 'unused' };

/** How two members relate: as copies, with the evidence, or as one unit whose contents are known to differ. */
export type Relation = Exclude<Evidence, { readonly kind: 'unused' }> | { readonly kind: 'other-content' };

/** The condition of a safe drop that is violated; docs/safety.md explains each. */
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
  | 'unread-library'
  | 'other-line';

/** The reason why a member is not dropped although it has a copy. */
export interface Blocker {
  readonly code: BlockCode;
  /** The symbol concerned, or NONE. */
  readonly name: NameId;
  /** The file that references the symbol, or that prevents the drop; NONE for roots. */
  readonly by: MemberId;
  /** Only for `unread-library`: the library that was not found, as the line names it. */
  readonly library?: string;
  /** Only for `named-file`: the pattern of the linker script that matches one of the files and not the other. */
  readonly pattern?: string;
  /** Only for `other-line`: the line that needs the member, by its name. */
  readonly otherLine?: string;
  /** The linker on which the condition fails; null for all linkers. */
  readonly linker: LinkerId | null;
}

/** Why a member is kept that no condition blocks. */
export type KeepReason =
  /** No other member on the line is a copy of it. */
  | 'no-twin'
  /** It has copies, and is the one that is kept. */
  | 'owner'
  | 'not-an-object'
  | 'unreadable';

/** The decision about one member; plans list one per member in input order. In doubt a member is kept. */
export type Verdict =
  | { readonly kind: 'keep'; readonly member: MemberId; readonly reason: KeepReason }
  /** `twin` is NONE for the evidence `unused`. */
  | { readonly kind: 'drop'; readonly member: MemberId; readonly twin: MemberId; readonly evidence: Evidence }
  | {
      readonly kind: 'blocked';
      readonly member: MemberId;
      readonly twin: MemberId;
      readonly blocker: Blocker;
    };
