import { fitsAnyPattern, type NamePattern } from './name-pattern.js';
import type { Origin, Runtime } from './runtime.js';
import { rust } from './rust.js';

/** Languages whose compilers write the crate or module of a member into its name. */
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

/** Names, as C spells them, to which only objects of one compiler can refer. */
export const privateNames: readonly NamePattern[] = runtimes.flatMap((runtime) => runtime.privateNames);

/** Whether a name is one of them. @param name as C spells it: without the underscore that Mach-O puts before it */
export const isCompilerPrivate = fitsAnyPattern(privateNames);

/** The same for two members exactly when they are the same unit of the same build. */
export const unitKey = (origin: Origin): string =>
  `${origin.runtime}:${origin.crate}-${origin.build}.${origin.unit}`;

/** The same for all units of one build of a crate. */
export const instanceKey = (origin: Origin): string => `${origin.runtime}:${origin.crate}-${origin.build}`;
