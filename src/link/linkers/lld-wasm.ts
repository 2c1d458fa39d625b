import { BY_ALL_SYMBOLS, BY_INDEX, BY_SYMBOLS } from './strategies/archives.js';
import { TWO_STRONG } from './strategies/clashes.js';
import { FIRST_GROUP } from './strategies/comdat.js';
import { COMMON_EXTRACTS_NOTHING } from './strategies/commons.js';
import { LLD_NAMES_STRONG } from './strategies/line-names.js';
import { WEAK_OVER_COMMON } from './strategies/precedence.js';
import { EAGER_IN_ORDER, EAGER_WEAK_DATA } from './strategies/search.js';
import { SPARES_ARCHIVES } from './strategies/shared-libraries.js';
import { type Linker, NAMED } from './strategy.js';

/** wasm-ld from 20 on: symbols in the order of the table, names of the line after all inputs. */
export const LLD_WASM: Linker = {
  identity: { ...NAMED, id: 'wasm-ld', title: 'LLD for WebAssembly', format: 'wasm' },
  strategies: {
    search: EAGER_IN_ORDER,
    archives: BY_SYMBOLS,
    precedence: WEAK_OVER_COMMON,
    comdat: FIRST_GROUP,
    commons: COMMON_EXTRACTS_NOTHING,
    shared: SPARES_ARCHIVES,
    lineNames: LLD_NAMES_STRONG,
    clashes: TWO_STRONG,
  },
};

export const LLD_WASM_19: Linker = {
  identity: { ...NAMED, id: 'wasm-ld-19', title: 'LLD for WebAssembly 17 to 19', format: 'wasm' },
  strategies: { ...LLD_WASM.strategies, archives: BY_ALL_SYMBOLS },
};

export const LLD_WASM_16: Linker = {
  identity: { ...NAMED, id: 'wasm-ld-16', title: 'LLD for WebAssembly 16 and older', format: 'wasm' },
  strategies: {
    ...LLD_WASM.strategies,
    search: EAGER_WEAK_DATA,
    archives: BY_INDEX,
  },
};
