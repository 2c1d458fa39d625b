import { BY_INDEX_OR_LAZY } from './strategies/archives.js';
import { TWO_STRONG } from './strategies/clashes.js';
import { FIRST_GROUP } from './strategies/comdat.js';
import { COMMON_EXTRACTS_NOTHING } from './strategies/commons.js';
import { FROM_THE_START } from './strategies/line-names.js';
import { COMMON_OVER_WEAK } from './strategies/precedence.js';
import { ONE_PASS_OF_GOLD } from './strategies/search.js';
import { GOLD_LIBRARIES } from './strategies/shared-libraries.js';
import { type Linker, NAMED } from './strategy.js';

/** gold: one pass as GNU ld, with its own rules for groups, weak names and the line's definitions. */
export const GOLD: Linker = {
  identity: { ...NAMED, id: 'gold', title: 'gold', format: 'elf' },
  strategies: {
    search: ONE_PASS_OF_GOLD,
    archives: BY_INDEX_OR_LAZY,
    precedence: COMMON_OVER_WEAK,
    comdat: FIRST_GROUP,
    commons: COMMON_EXTRACTS_NOTHING,
    shared: GOLD_LIBRARIES,
    lineNames: FROM_THE_START,
    clashes: TWO_STRONG,
  },
};
