import type { ParsedLine } from '../../link/command/parsed-line.js';
import type { TrimPlan } from '../../plan/plan-trim.js';
import { DATA, isState, kindOf } from '../../symbols/flags.js';
import type { SharedNames } from '../plan/plan-report.js';

/** Duplicates of a link whose line allows them (`-z muldefs`, `/FORCE:MULTIPLE`): the first definition is used. */
export interface AllowedDuplicates {
  /** Names of which every definition is data: all code uses the first. */
  readonly data: ReadonlySet<string>;
}

/** @returns null where duplicates stop the link */
export function allowedDuplicates(
  { graph: { inputs }, scenarios: [{ before }] }: TrimPlan,
  { allowsDuplicates }: ParsedLine,
): AllowedDuplicates | null {
  if (!allowsDuplicates) return null;
  const { flags, names } = inputs.symbols;
  const isData = (symbol: number) => isState(flags[symbol]) || kindOf(flags[symbol]) === DATA;
  const data = before.clashes.filter(({ definitions }) => definitions.every(isData));
  return { data: new Set(data.map(({ name }) => names.text(name))) };
}

/**
 * Whether an allowed duplicate leaves no doubt about what the program gets: an object on the line replaces a function of a
 * library, or the name is one global.
 */
export const isOverride = ({ data }: AllowedDuplicates, { files, names, symbols }: SharedNames): boolean =>
  files.some(({ archive }) => archive < 0) ||
  (names === symbols.length && symbols.every((symbol) => data.has(symbol)));
