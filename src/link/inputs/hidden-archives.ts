import { basename } from 'node:path';
import { DEFAULT_VISIBILITY, HIDDEN, isDefined, PROTECTED, visibilityOf } from '../../symbols/flags.js';
import { NONE } from '../../symbols/table.js';
import type { ParsedLine } from '../command/parsed-line.js';
import type { Inputs } from './inputs.js';

/**
 * Whether an archive is among those of --exclude-libs. GNU ld and gold find `libfoo.a` by `libfoo`, too, LLD and mold
 * do not: `some` linkers hide it then.
 *
 * Source: ld/ldlang.c `check_excluded_libs`, gold/options.cc `General_options::check_excluded_libs`.
 */
export function exclusionOf(names: readonly string[], path: string): 'all' | 'some' | 'none' {
  const name = basename(path);
  if (names.includes('ALL') || names.includes(name)) return 'all';
  return name.endsWith('.a') && names.includes(name.slice(0, -'.a'.length)) ? 'some' : 'none';
}

/**
 * The inputs for a linker that makes the definitions of some archives local to its output (--exclude-libs).
 *
 * Source: bfd/elflink.c `elf_link_add_object_symbols` (`no_export`), lld/ELF/Driver.cpp `excludeLibs`.
 *
 * Where other code could find what is exported: not of a program alone, nor where objects that we were not shown are in
 * the same output.
 *
 * Archives that only some linkers hide have protected symbols: these are exported, and equal neither those of hidden
 * archives nor those of others, so that no name moves between them.
 */
export function withHiddenArchives(
  inputs: Inputs,
  { exports, exportsSymbols }: Pick<ParsedLine, 'exports' | 'exportsSymbols'>,
): Inputs {
  const names = exports.excludedArchives;
  const isClosed = inputs.members.some(
    ({ id, archive }) => archive === NONE && inputs.contents[id].kind === 'object',
  );
  const isSeen = exportsSymbols || inputs.contents.some(({ kind }) => kind === 'shared-library');
  if (names.length === 0 || !isClosed || !isSeen) return inputs;
  const visibility = inputs.archives.map(({ path }) => VISIBILITY_OF[exclusionOf(names, path)]);
  const { symbols, members } = inputs;
  const flags = symbols.flags.map((own, symbol) => {
    const { archive } = members[symbols.member[symbol]];
    const isExported = isDefined(own) && visibilityOf(own) === DEFAULT_VISIBILITY;
    return archive !== NONE && isExported ? own | visibility[archive] : own;
  });
  return { ...inputs, symbols: { ...symbols, flags } };
}

const VISIBILITY_OF = { all: HIDDEN, some: PROTECTED, none: DEFAULT_VISIBILITY };
