import type { LinkLine } from '../link/link-line.js';
import type { LinkerProfile } from '../link/linker-profile.js';
import type { Resolution } from '../link/resolution.js';

/** One link that the plan must hold for: a linker and a line. */
export interface Scenario {
  readonly profile: LinkerProfile;
  readonly line: LinkLine;
  /** Whether the line is the one that was given, or a variant of it that an unknown linker line may be. */
  readonly isGivenLine: boolean;
  readonly before: Resolution;
  readonly after: Resolution;
}
