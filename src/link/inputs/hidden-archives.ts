import { basename } from 'node:path';
import { DEFAULT_VISIBILITY, HIDDEN, isDefined, visibilityOf } from '../../symbols/flags.js';
import { NONE } from '../../symbols/table.js';
import type { ParsedLine } from '../command/parsed-line.js';
import type { Inputs } from './inputs.js';

/**
 * The inputs as a linker sees them that keeps what some archives define to its output (--exclude-libs).
 *
 * Source: bfd/elflink.c `elf_link_add_object_symbols` (`no_export`), lld/ELF/Driver.cpp `excludeLibs`.
 *
 * Where other code could find what is exported: not of a program alone, nor where objects that we were not shown are in
 * the same output.
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
  const isHidden = inputs.archives.map(({ path }) => names.includes('ALL') || names.includes(basename(path)));
  const { symbols, members } = inputs;
  const flags = symbols.flags.map((own, symbol) => {
    const { archive } = members[symbols.member[symbol]];
    const isExported = isDefined(own) && visibilityOf(own) === DEFAULT_VISIBILITY;
    return archive !== NONE && isHidden[archive] && isExported ? own | HIDDEN : own;
  });
  return { ...inputs, symbols: { ...symbols, flags } };
}
