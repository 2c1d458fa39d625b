import { GNU_LD } from './gnu-ld.js';
import { GOLD } from './gold.js';
import { LD_PRIME, LD_PRIME_LAST } from './ld-prime.js';
import { LD64 } from './ld64.js';
import { LINK_EXE } from './link-exe.js';
import type { LinkerProfile } from './linker-profile.js';
import { LLD_COFF, LLD_COFF_19 } from './lld-coff.js';
import { LLD, LLD_14 } from './lld-elf.js';
import { LLD_MACHO, LLD_MACHO_16 } from './lld-macho.js';
import { LLD_WASM, LLD_WASM_16, LLD_WASM_19 } from './lld-wasm.js';
import { MINGW_LD } from './mingw-ld.js';
import { MOLD } from './mold.js';
import { type Linker, profileOf } from './strategy.js';
import { WILD } from './wild.js';

/**
 * Every linker that is simulated, in the order in which users see them: a linker is here once for each of its outcomes.
 */
export const LINKERS: readonly Linker[] = [
  ...[GNU_LD, GOLD, LLD_14, LLD, MOLD, WILD],
  ...[LD64, LD_PRIME, LD_PRIME_LAST, LLD_MACHO, LLD_MACHO_16],
  ...[LLD_COFF, LLD_COFF_19, LINK_EXE, MINGW_LD],
  ...[LLD_WASM, LLD_WASM_19, LLD_WASM_16],
];

/** The same, as the simulation reads them. */
export const PROFILES: readonly LinkerProfile[] = LINKERS.map(profileOf);
