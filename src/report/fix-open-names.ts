import type { FixResult } from '../fix/fix-line.js';
import type { Colors } from './colors.js';
import { demangleWithin } from './demangle.js';
import { printable } from './place.js';
import { count, digits } from './quantities.js';
import { fileArgument, shellCommand } from './shell-command.js';

/** Names that are shown before "and 3 more". */
const MOST_NAMES = 3;

/** Options of the text about unresolved names. */
export interface OpenNamesOptions {
  readonly colors: Colors;
  readonly quiet: boolean;
  /** Path of the linker's log; null without one that can be read again. */
  readonly log: string | null;
}

/** Names that the command as given leaves unresolved, and the command that explains them if the link fails by them. */
export function openNamesLines(
  { open, given, isHealthy }: Pick<FixResult, 'open' | 'given' | 'isHealthy'>,
  { colors, quiet, log }: OpenNamesOptions,
): string[][] {
  const { names, user, areFatal } = open;
  if (names.length === 0) return [];
  const listed = namesText(names, user);
  if (!areFatal) return quiet ? [] : [[`unresolved in these inputs: ${listed}`]];
  const subject = log === null ? names[0] : fileArgument(log);
  const command = shellCommand(['ardedup', 'explain', subject, '--', ...given]);
  const pronoun = names.length === 1 ? 'it' : 'them';
  return [
    [
      `${colors.yellow('undefined')}: ${listed}`,
      ...(isHealthy ? [] : [`  no cure defines ${pronoun}, so the link still fails`]),
      '  fix cures duplicate definitions and split state; explain undefined names with:',
      '',
      `  ${colors.command(command)}`,
    ],
  ];
}

/** `a, b and 3 more; a is referred to by main.o`. */
function namesText(names: readonly string[], user: string | null): string {
  const readable = (name: string) => `\`${printable(demangleWithin(name))}\``;
  const shown = names.slice(0, MOST_NAMES).map(readable);
  const more = names.length - shown.length;
  const list = `${shown.join(', ')}${more > 0 ? ` and ${digits(more)} more` : ''}`;
  if (user === null) return list;
  const referred = `referred to by ${printable(user)}`;
  return names.length === 1 ? `${list}, ${referred}` : `${list}; ${shown[0]} is ${referred}`;
}

/** First line of a link that has nothing to cure, and fails. */
export const failsText = ({ open, linker }: Pick<FixResult, 'open' | 'linker'>, colors: Colors): string =>
  `${colors.yellow('not fixed')}: ${count(open.names.length, 'undefined name')}, no duplicate definitions and no split state on ${linker}`;
