import { rust } from './rust.js';

/** Where a member comes from, as its name in the archive tells. A claim: evidence for a drop needs more than this. */
export interface Origin {
  readonly runtime: string;
  /** What was compiled: for Rust the crate, `tokio`. */
  readonly crate: string;
  /** Which compilation of it: for Rust the 16 digits behind the crate's name. Two builds do not mix. */
  readonly build: string;
  /** The codegen unit within this build. */
  readonly unit: string;
  /** The compiler's last stage (LTO) wrote this copy anew for the archive that bundles it, so equal inputs have other bytes. */
  readonly isRewritten: boolean;
}

/** A runtime that archives bundle, and how its members are known. */
export interface Runtime {
  readonly id: string;
  /** @param memberName as the archive stores it */
  recognise(memberName: string): Origin | null;
  /**
   * What a member is for, if any member of that role will do in the place of another: equal text, interchangeable.
   * @param defined    linkage names that it defines, as C spells them
   * @param referenced names that it refers to
   */
  role(defined: readonly string[], referenced: readonly string[]): string | null;
  /** Whether only this compiler's own objects can refer to the name, so never a user's C. */
  isPrivateName(name: string): boolean;
}

export const runtimes: readonly Runtime[] = [rust];

export function originOf(memberName: string): Origin | null {
  for (const runtime of runtimes) {
    const origin = runtime.recognise(memberName);
    if (origin) return origin;
  }
  return null;
}

/** The role of a member in its runtime, by its symbols as C spells them; null for members that have none. */
export function roleOf(defined: readonly string[], referenced: readonly string[]): string | null {
  for (const runtime of runtimes) {
    const role = runtime.role(defined, referenced);
    if (role !== null) return `${runtime.id}:${role}`;
  }
  return null;
}

/** @param name as C spells it: without the underscore that Mach-O puts before it */
export function isCompilerPrivate(name: string): boolean {
  return runtimes.some((runtime) => runtime.isPrivateName(name));
}

/** The same for two members exactly when they are the same unit of the same build. */
export const unitKey = (origin: Origin): string =>
  `${origin.runtime}:${origin.crate}-${origin.build}.${origin.unit}`;

/** The same for all units of one build of a crate. */
export const instanceKey = (origin: Origin): string => `${origin.runtime}:${origin.crate}-${origin.build}`;
