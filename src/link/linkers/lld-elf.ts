import { BY_INDEX_OR_LAZY, BY_SYMBOLS } from './strategies/archives.js';
import { TWO_STRONG } from './strategies/clashes.js';
import { FIRST_GROUP_AFTER_NAMES, FIRST_GROUP_UNDEFINED } from './strategies/comdat.js';
import { COMMON_EXTRACTS_STRONG, COMMON_IF_FORTRAN } from './strategies/commons.js';
import { LLD_NAMES, LLD_NAMES_14 } from './strategies/line-names.js';
import { REFERENCE_DECIDES, UNIQUE_AS_WEAK } from './strategies/precedence.js';
import { EAGER, EAGER_BY_MENTION } from './strategies/search.js';
import { LLD_14_LIBRARIES, LLD_LIBRARIES } from './strategies/shared-libraries.js';
import { type Linker, NAMED } from './strategy.js';

/** ld.lld up to 14: an archive that is named twice counts as two, and groups are decided when files are read. */
export const LLD_14: Linker = {
  identity: { ...NAMED, id: 'lld-14', title: 'LLD 14 and older', format: 'elf' },
  strategies: {
    search: EAGER_BY_MENTION,
    archives: BY_INDEX_OR_LAZY,
    precedence: REFERENCE_DECIDES,
    comdat: FIRST_GROUP_UNDEFINED,
    commons: COMMON_EXTRACTS_STRONG,
    shared: LLD_14_LIBRARIES,
    lineNames: LLD_NAMES_14,
    clashes: TWO_STRONG,
  },
};

export const LLD: Linker = {
  identity: { ...NAMED, id: 'lld', title: 'LLD 15 and newer', format: 'elf' },
  strategies: {
    search: EAGER,
    archives: BY_SYMBOLS,
    precedence: UNIQUE_AS_WEAK,
    comdat: FIRST_GROUP_AFTER_NAMES,
    commons: COMMON_IF_FORTRAN,
    shared: LLD_LIBRARIES,
    lineNames: LLD_NAMES,
    clashes: TWO_STRONG,
  },
};
