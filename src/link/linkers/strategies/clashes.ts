import type { ClashRules } from '../linker-profile.js';
import type { Strategy } from '../strategy.js';

/* Which definitions of one name linkers report as duplicates. */

const DEFAULTS = {
  uniqueNeverClashes: false,
  absolutesClash: false,
  ignoresMergeableDuplicates: false,
} as const;

export const TWO_STRONG: Strategy<ClashRules> = {
  name: 'two strong',
  rule: 'Two strong definitions are a duplicate. Two absolute ones are not recorded, since linkers accept equal values.',
  source: 'links with two objects for each pair',
  values: DEFAULTS,
};

export const BUT_FOR_MERGEABLE: Strategy<ClashRules> = {
  name: 'mold',
  rule: 'Absolute definitions are duplicates too; definitions in sections that are merged (SHF_MERGE) are not.',
  source: 'mold 1.10.1 on the Perry libraries: 54 fewer messages than LLD, all of them merged constants',
  values: { ...DEFAULTS, absolutesClash: true, ignoresMergeableDuplicates: true },
};

export const UNIQUE_NEVER: Strategy<ClashRules> = {
  name: 'unique never',
  rule: 'Absolute definitions are duplicates too; STB_GNU_UNIQUE ones never are.',
  source: "wild's symbol_db.rs (`SymbolStrength`)",
  values: { ...DEFAULTS, absolutesClash: true, uniqueNeverClashes: true },
};
