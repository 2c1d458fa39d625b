import type { CommonRules } from '../linker-profile.js';
import type { Strategy } from '../strategy.js';

/* How linkers treat tentative (COMMON) definitions. */

const DEFAULTS = { commonSize: 'largest', supportsFortranCommon: false } as const;

export const COMMON_EXTRACTS_NOTHING: Strategy<CommonRules> = {
  name: 'extracts nothing',
  rule: 'A COMMON symbol extracts no member; the largest stays.',
  source: 'links with a member that defines the name; WebAssembly has no COMMON symbols',
  values: { ...DEFAULTS, commonExtracts: 'none' },
};

export const COMMON_EXTRACTS_DATA: Strategy<CommonRules> = {
  name: 'extracts strong data',
  rule: 'A COMMON symbol extracts a member with a strong definition that is not a function, which replaces it.',
  source: 'bfd/elflink.c (`elf_link_is_defined_archive_symbol`)',
  values: { ...DEFAULTS, commonExtracts: 'strong-data' },
};

export const COMMON_EXTRACTS_STRONG: Strategy<CommonRules> = {
  name: 'extracts strong',
  rule: 'A COMMON symbol extracts a member with a strong definition, also a function, but not STB_GNU_UNIQUE.',
  source: 'links with a member for each kind of definition (LLD 14)',
  values: { commonExtracts: 'strong', commonSize: 'largest', supportsFortranCommon: true },
};

export const COMMON_IF_FORTRAN: Strategy<CommonRules> = {
  name: 'extracts with --fortran-common',
  rule: 'As *extracts nothing*; with `--fortran-common` as *extracts strong*.',
  source: 'links with and without the option (LLD 15 to 22)',
  values: { commonExtracts: 'none', commonSize: 'largest', supportsFortranCommon: true },
};

export const COMMON_EXTRACTS_ANY: Strategy<CommonRules> = {
  name: 'extracts any',
  rule: 'A COMMON symbol extracts a member with any definition that is not COMMON; with ld64 and ld-prime not a function. The largest COMMON stays.',
  source: "ld64's Resolver.cpp",
  values: { ...DEFAULTS, commonExtracts: 'any' },
};

export const FIRST_COMMON: Strategy<CommonRules> = {
  name: 'extracts any, first stays',
  rule: 'As *extracts any*; of two COMMON symbols the first stays.',
  source: "mold's src/input-files.cc (`get_rank`), and links with two sizes",
  values: { ...DEFAULTS, commonExtracts: 'any', commonSize: 'first' },
};
