import { APPLE } from './strategies/archives.js';
import { TWO_STRONG } from './strategies/clashes.js';
import { FIRST_GROUP } from './strategies/comdat.js';
import { COMMON_EXTRACTS_ANY } from './strategies/commons.js';
import { NO_WRAP } from './strategies/line-names.js';
import { LD64_ORDER } from './strategies/precedence.js';
import { ROUNDS } from './strategies/search.js';
import { MACHO_LIBRARIES } from './strategies/shared-libraries.js';
import { type Linker, NAMED } from './strategy.js';

/** Apple's linker until Xcode 14: objects first, then rounds over undefined names. */
export const LD64: Linker = {
  identity: { ...NAMED, id: 'ld64', title: 'Apple ld64', format: 'macho' },
  strategies: {
    search: ROUNDS,
    archives: APPLE,
    precedence: LD64_ORDER,
    comdat: FIRST_GROUP,
    commons: COMMON_EXTRACTS_ANY,
    shared: MACHO_LIBRARIES,
    lineNames: NO_WRAP,
    clashes: TWO_STRONG,
  },
};
