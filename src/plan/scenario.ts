import type { LinkLine } from '../link/line/link-line.js';
import type { LinkerProfile } from '../link/linkers/linker-profile.js';
import type { Resolution } from '../link/resolve/resolution.js';

/** One link that the plan must hold for: a linker and a line. */
/**
 * Variants of the line that are simulated. `providers-first`: an unknown line may have the providers first.
 * `unknown-users`: a library that was not found may reference every name that C can spell.
 */
export type LineVariant = 'as-given' | 'providers-first' | 'unknown-users';

export interface Scenario {
  readonly profile: LinkerProfile;
  readonly line: LinkLine;
  readonly variant: LineVariant;
  readonly before: Resolution;
  readonly after: Resolution;
}
