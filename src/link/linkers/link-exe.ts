import { BY_INDEX } from './strategies/archives.js';
import { TWO_STRONG } from './strategies/clashes.js';
import { BY_SELECTION } from './strategies/comdat.js';
import { COMMON_EXTRACTS_NOTHING } from './strategies/commons.js';
import { NO_WRAP } from './strategies/line-names.js';
import { LINK_EXE_ORDER } from './strategies/precedence.js';
import { OWN_FIRST } from './strategies/search.js';
import { SPARES_ARCHIVES } from './strategies/shared-libraries.js';
import { type Linker, NAMED } from './strategy.js';

/** Microsoft's linker, which searches the library of a member first. It was never run. */
export const LINK_EXE: Linker = {
  identity: {
    ...NAMED,
    id: 'link.exe',
    title: "Microsoft's link.exe",
    format: 'coff',
    notRun: "Microsoft's documentation",
  },
  strategies: {
    search: OWN_FIRST,
    archives: BY_INDEX,
    precedence: LINK_EXE_ORDER,
    comdat: BY_SELECTION,
    commons: COMMON_EXTRACTS_NOTHING,
    shared: SPARES_ARCHIVES,
    lineNames: NO_WRAP,
    clashes: TWO_STRONG,
  },
};
