import { BY_SYMBOLS } from './strategies/archives.js';
import { UNIQUE_NEVER } from './strategies/clashes.js';
import { GROUPS_BY_NAME } from './strategies/comdat.js';
import { COMMON_EXTRACTS_NOTHING } from './strategies/commons.js';
import { NOT_SIMULATED } from './strategies/line-names.js';
import { COMMON_OVER_WEAK } from './strategies/precedence.js';
import { FIRST_DEFINITION } from './strategies/search.js';
import { SPARES_ARCHIVES } from './strategies/shared-libraries.js';
import { type Linker, NAMED } from './strategy.js';

/** wild: each reference loads the first file that defines its name. It was never run. */
export const WILD: Linker = {
  identity: { ...NAMED, id: 'wild', title: 'wild', format: 'elf', notRun: 'its source, version 0.8' },
  strategies: {
    search: FIRST_DEFINITION,
    archives: BY_SYMBOLS,
    precedence: COMMON_OVER_WEAK,
    comdat: GROUPS_BY_NAME,
    commons: COMMON_EXTRACTS_NOTHING,
    shared: SPARES_ARCHIVES,
    lineNames: NOT_SIMULATED,
    clashes: UNIQUE_NEVER,
  },
};
