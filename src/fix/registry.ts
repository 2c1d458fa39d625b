import type { CureKind } from './cure-kind.js';
import { drop } from './kinds/drop.js';
import { firstWins } from './kinds/first-wins.js';
import { foreignBuild } from './kinds/foreign-build.js';
import { isolate } from './kinds/isolate.js';
import { objectTwin } from './kinds/object-twin.js';
import { order } from './kinds/order.js';
import { owner } from './kinds/owner.js';
import { plainArchive } from './kinds/plain-archive.js';
import { redirect } from './kinds/redirect.js';
import { yieldKind } from './kinds/yield.js';

/**
 * Kinds by stage: first kinds that keep the arguments of the command, then kinds that change them. Within a stage,
 * kinds are applied on top of each other in this order.
 */
export const cureKinds: {
  /** Change how files are named. */
  readonly line: readonly CureKind[];
  /** Take members out of archives. */
  readonly members: readonly CureKind[];
  /**
   * Kinds that change symbols within members. They come before the kinds that drop members, which also start from their
   * links.
   */
  readonly symbols: readonly CureKind[];
} = {
  line: [objectTwin, order, plainArchive],
  members: [drop, owner],
  symbols: [redirect, yieldKind, isolate, firstWins, foreignBuild],
};
