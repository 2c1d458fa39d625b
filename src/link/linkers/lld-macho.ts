import { LLD_MACHO_ARCHIVES, LLD_MACHO_AT_ONCE } from './strategies/archives.js';
import { TWO_STRONG } from './strategies/clashes.js';
import { FIRST_GROUP } from './strategies/comdat.js';
import { COMMON_EXTRACTS_NOTHING } from './strategies/commons.js';
import { ALIASES_UNSOUGHT } from './strategies/line-names.js';
import { WEAK_OVER_COMMON } from './strategies/precedence.js';
import { EAGER_OF_MACHO, EAGER_OF_MACHO_16 } from './strategies/search.js';
import { MACHO_LIBRARIES } from './strategies/shared-libraries.js';
import { type Linker, NAMED } from './strategy.js';

/** ld64.lld from 17 on: libraries that objects request are searched after all inputs. */
export const LLD_MACHO: Linker = {
  identity: { ...NAMED, id: 'ld64.lld', title: 'LLD for Mach-O', format: 'macho' },
  strategies: {
    search: EAGER_OF_MACHO,
    archives: LLD_MACHO_ARCHIVES,
    precedence: WEAK_OVER_COMMON,
    comdat: FIRST_GROUP,
    commons: COMMON_EXTRACTS_NOTHING,
    shared: MACHO_LIBRARIES,
    lineNames: ALIASES_UNSOUGHT,
    clashes: TWO_STRONG,
  },
};

export const LLD_MACHO_16: Linker = {
  identity: { ...NAMED, id: 'ld64.lld-16', title: 'LLD for Mach-O 16 and older', format: 'macho' },
  strategies: {
    ...LLD_MACHO.strategies,
    search: EAGER_OF_MACHO_16,
    archives: LLD_MACHO_AT_ONCE,
  },
};
