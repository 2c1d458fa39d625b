import { splitStateOf } from '../assess/split-globals.js';
import type { CureState } from '../cure-state.js';
import { splitLocalsOf } from '../rivals/split-locals.js';
import { allDuplicates } from './duplicates.js';
import type { SilentCollision } from './silent-collision.js';
import { silentCollisions } from './silent-collisions.js';

/** Problems of the unchanged command. */
export interface Problems {
  /** As the linker counts them; 0 where the command allows them. */
  readonly duplicates: number;
  /** Mutable globals of which code uses more than one copy, and static variables of two versions of one file. */
  readonly splitState: number;
  /** Names that bind to other content than their users were compiled against, without a message from any linker. */
  readonly collisions: readonly SilentCollision[];
}

export function findProblems(state: CureState): Problems {
  return {
    duplicates: state.parsed.allowsDuplicates ? 0 : allDuplicates(state),
    splitState: splitStateOf(state.links) + splitLocalsOf(state, state),
    collisions: state.links.flatMap((link, at) => silentCollisions(link, at)),
  };
}

export const isHealthy = ({ duplicates, splitState, collisions }: Problems): boolean =>
  duplicates === 0 && splitState === 0 && collisions.length === 0;
