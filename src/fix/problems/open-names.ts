import { findName } from '../../explain/find-names.js';
import { NONE } from '../../symbols/table.js';
import type { Diagnosis } from '../cure.js';
import type { CureState } from '../cure-state.js';

/** Undefined names that a linker's log reports as errors. */
export interface UndefinedInLog {
  /** Whether a name is among them, as the linker or as the source spells it. */
  has(name: string): boolean;
  /** As printed, each with the file that references it; null if the log names none. */
  readonly symbols: ReadonlyMap<string, string | null>;
}

/** Names without a definition in the command as it was given. */
export interface OpenNames {
  /** As the linker spells them. */
  readonly names: readonly string[];
  /** The file that references the first of them; null if it is not known. */
  readonly user: string | null;
  /**
   * Whether the link fails because of these names: the whole line is known, or the log reports them. Otherwise an
   * unknown file may define them.
   */
  readonly areFatal: boolean;
}

/** Unresolved names of a command, with those that a log adds. */
export function openNames(
  { before, unresolved: { names, isCertain } }: Pick<Diagnosis, 'before' | 'unresolved'>,
  log: UndefinedInLog | undefined,
): OpenNames {
  const found = new Map<string, string | null>(names.map(({ text, user }) => [text, user]));
  const isConfirmed = log !== undefined && [...found.keys()].some((name) => log.has(name));
  const added = log === undefined ? [] : onlyInLog(before, log, found);
  const all = [...found, ...added];
  return {
    names: all.map(([name]) => name),
    user: all.length === 0 ? null : all[0][1],
    areFatal: isCertain || isConfirmed || added.length > 0,
  };
}

/** Names of a log that files of the link have and none defines, such as those that shared libraries reference. */
function onlyInLog(
  { links }: CureState,
  log: UndefinedInLog,
  found: ReadonlyMap<string, string | null>,
): [name: string, user: string | null][] {
  return [...log.symbols].filter(([symbol]) =>
    links.every(({ subject: { opened }, resolutions }) => {
      const name = findName(opened.inputs, symbol);
      if (name === NONE || found.has(opened.inputs.symbols.names.text(name))) return false;
      return resolutions.every(({ winners }) => winners[name] === NONE);
    }),
  );
}
