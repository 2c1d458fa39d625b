import { BY_INDEX_OR_LAZY } from './strategies/archives.js';
import { TWO_STRONG } from './strategies/clashes.js';
import { BY_SELECTION } from './strategies/comdat.js';
import { COMMON_EXTRACTS_NOTHING } from './strategies/commons.js';
import { LLD_NAMES_STRONG } from './strategies/line-names.js';
import { LLD_COFF_ORDER, LLD_COFF_ORDER_19 } from './strategies/precedence.js';
import { QUEUED } from './strategies/search.js';
import { SPARES_ARCHIVES } from './strategies/shared-libraries.js';
import { type Linker, NAMED } from './strategy.js';

/** lld-link: lazy symbols as in the other LLDs, but extracted members wait in a queue. */
export const LLD_COFF: Linker = {
  identity: { ...NAMED, id: 'lld-link', title: 'LLD for COFF', format: 'coff' },
  strategies: {
    search: QUEUED,
    archives: BY_INDEX_OR_LAZY,
    precedence: LLD_COFF_ORDER,
    comdat: BY_SELECTION,
    commons: COMMON_EXTRACTS_NOTHING,
    shared: SPARES_ARCHIVES,
    lineNames: LLD_NAMES_STRONG,
    clashes: TWO_STRONG,
  },
};

export const LLD_COFF_19: Linker = {
  identity: { ...NAMED, id: 'lld-link-19', title: 'LLD for COFF 19 and older', format: 'coff' },
  strategies: {
    ...LLD_COFF.strategies,
    precedence: LLD_COFF_ORDER_19,
  },
};
