import { BY_INDEX } from './strategies/archives.js';
import { TWO_STRONG } from './strategies/clashes.js';
import { FIRST_GROUP_NEVER_EXTRACTED } from './strategies/comdat.js';
import { COMMON_EXTRACTS_DATA } from './strategies/commons.js';
import { AT_ITS_POSITION } from './strategies/line-names.js';
import { COMMON_OVER_WEAK } from './strategies/precedence.js';
import { ONE_PASS } from './strategies/search.js';
import { GNU_LD_LIBRARIES } from './strategies/shared-libraries.js';
import { type Linker, NAMED } from './strategy.js';

/** GNU ld for ELF: one pass over the line, archives at their position. */
export const GNU_LD: Linker = {
  identity: { ...NAMED, id: 'gnu-ld', title: 'GNU ld', format: 'elf' },
  strategies: {
    search: ONE_PASS,
    archives: BY_INDEX,
    precedence: COMMON_OVER_WEAK,
    comdat: FIRST_GROUP_NEVER_EXTRACTED,
    commons: COMMON_EXTRACTS_DATA,
    shared: GNU_LD_LIBRARIES,
    lineNames: AT_ITS_POSITION,
    clashes: TWO_STRONG,
  },
};
