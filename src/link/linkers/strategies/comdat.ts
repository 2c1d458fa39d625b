import type { ComdatRules } from '../linker-profile.js';
import type { Strategy } from '../strategy.js';

/* Which COMDAT group of several linkers keep, and what the definitions of the others become. */

export const FIRST_GROUP: Strategy<ComdatRules> = {
  name: 'first group',
  rule: 'The first group of a signature stays; definitions of the others are references like any other.',
  source: 'links with two objects for each',
  values: { comdats: 'first', discardedGroups: 'refer' },
};

export const FIRST_GROUP_NEVER_EXTRACTED: Strategy<ComdatRules> = {
  name: 'first group, losers never extracted',
  rule: 'As *first group*, but no archive is searched for a name of a discarded group.',
  source: 'bfd/elflink.c (the index of −3)',
  values: { comdats: 'first', discardedGroups: 'never-extract' },
};

export const FIRST_GROUP_UNDEFINED: Strategy<ComdatRules> = {
  name: 'first group, losers undefined',
  rule: 'A name of a discarded group is a reference, which also replaces what the archive being read could define.',
  source: 'LLD 14: lld/ELF/InputFiles.cpp (`ObjFile::initializeSymbols`)',
  values: { comdats: 'first', discardedGroups: 'undefine' },
};

export const FIRST_GROUP_AFTER_NAMES: Strategy<ComdatRules> = {
  name: 'first group, after names',
  rule: 'A discarded definition takes part in the resolution; a name that it wins ends undefined, and clashes with nothing.',
  source: 'LLD from 15 on: lld/ELF/InputFiles.cpp (`ObjFile::initializeSymbols`, `postParse`)',
  values: { comdats: 'first', discardedGroups: 'define' },
};

export const GROUPS_BY_NAME: Strategy<ComdatRules> = {
  name: 'by name',
  rule: 'Each definition of a group counts by itself; two that are both in groups are not duplicates.',
  source: "wild's symbol_db.rs (`select_symbol`)",
  values: { comdats: 'by-name', discardedGroups: 'refer' },
};

export const BY_SELECTION: Strategy<ComdatRules> = {
  name: 'by selection',
  rule: 'By the selection of the COMDAT section: any, largest, same size, exact match, no duplicates.',
  source: 'links with two objects for each selection (lld-link); for link.exe the PE format specification',
  values: { comdats: 'lld-link', discardedGroups: 'refer' },
};

export const MINGW_GROUPS: Strategy<ComdatRules> = {
  name: 'MinGW',
  rule: 'The first group stays, but definitions of groups with `no duplicates` count as definitions outside of groups.',
  source: "links with two objects for each selection (MinGW's GNU ld 2.40)",
  values: { comdats: 'mingw', discardedGroups: 'refer' },
};
