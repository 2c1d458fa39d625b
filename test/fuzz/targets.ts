import { commandTargets } from './command-targets.js';
import { fileTargets } from './file-targets.js';
import { readerTargets } from './reader-targets.js';
import type { FuzzTarget } from './target.js';
import { textTargets } from './text-targets.js';

/** All that is fuzzed. */
export const targets: readonly FuzzTarget[] = [
  ...readerTargets,
  ...textTargets,
  ...commandTargets,
  ...fileTargets,
];
