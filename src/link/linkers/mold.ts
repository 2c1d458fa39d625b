import { BY_SYMBOLS } from './strategies/archives.js';
import { BUT_FOR_MERGEABLE } from './strategies/clashes.js';
import { FIRST_GROUP } from './strategies/comdat.js';
import { FIRST_COMMON } from './strategies/commons.js';
import { MOLD_NAMES } from './strategies/line-names.js';
import { WEAK_OVER_COMMON } from './strategies/precedence.js';
import { REACHABILITY } from './strategies/search.js';
import { MOLD_LIBRARIES } from './strategies/shared-libraries.js';
import { type Linker, NAMED } from './strategy.js';

/** mold: the best definition of every name first, then the files that references reach. */
export const MOLD: Linker = {
  identity: { ...NAMED, id: 'mold', title: 'mold', format: 'elf' },
  strategies: {
    search: REACHABILITY,
    archives: BY_SYMBOLS,
    precedence: WEAK_OVER_COMMON,
    comdat: FIRST_GROUP,
    commons: FIRST_COMMON,
    shared: MOLD_LIBRARIES,
    lineNames: MOLD_NAMES,
    clashes: BUT_FOR_MERGEABLE,
  },
};
