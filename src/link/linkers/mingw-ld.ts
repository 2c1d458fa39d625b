import { BY_INDEX } from './strategies/archives.js';
import { TWO_STRONG } from './strategies/clashes.js';
import { MINGW_GROUPS } from './strategies/comdat.js';
import { COMMON_EXTRACTS_NOTHING } from './strategies/commons.js';
import { AT_ITS_POSITION } from './strategies/line-names.js';
import { MINGW_ORDER } from './strategies/precedence.js';
import { ONE_PASS } from './strategies/search.js';
import { SPARES_ARCHIVES } from './strategies/shared-libraries.js';
import { type Linker, NAMED } from './strategy.js';

/** GNU ld for Windows: one pass, with imports through `__imp_` pointers. */
export const MINGW_LD: Linker = {
  identity: { ...NAMED, id: 'mingw-ld', title: "MinGW's GNU ld", format: 'coff' },
  strategies: {
    search: ONE_PASS,
    archives: BY_INDEX,
    precedence: MINGW_ORDER,
    comdat: MINGW_GROUPS,
    commons: COMMON_EXTRACTS_NOTHING,
    shared: SPARES_ARCHIVES,
    lineNames: AT_ITS_POSITION,
    clashes: TWO_STRONG,
  },
};
