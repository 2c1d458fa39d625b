import type { NamePattern } from './name-pattern.js';

/** Where a member comes from, as its name in the archive tells. A claim: evidence for a drop needs more than this. */
export interface Origin {
  readonly runtime: string;
  /** Name of the compiled library: for Rust the crate, `tokio`. */
  readonly crate: string;
  /** Identity of the build: for Rust the 16 digits after the crate's name. Units of two builds must not be mixed. */
  readonly build: string;
  /** The codegen unit within this build. */
  readonly unit: string;
  /**
   * The compiler's last stage (LTO) rewrote this copy for the archive that bundles it, so equal inputs have other
   * bytes.
   */
  readonly isRewritten: boolean;
}

/** A runtime that archives bundle, and how its members are known. */
export interface Runtime {
  readonly id: string;
  /** @param memberName as the archive stores it */
  recognise(memberName: string): Origin | null;
  /**
   * The role of a member whose copies are interchangeable, such as an allocator shim; null for other members. Members
   * with equal text may replace each other.
   * @param defined    linkage names that it defines, as C spells them
   * @param referenced names that it refers to
   */
  role(defined: readonly string[], referenced: readonly string[]): string | null;
  /** Names, as C spells them, to which only this compiler's own objects can refer, so never a user's C. */
  readonly privateNames: readonly NamePattern[];
}
