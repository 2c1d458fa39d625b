import type { Skipped } from '../link/command/skipped.js';
import type { Colors } from './colors.js';
import { printable } from './place.js';
import { count, shortList } from './quantities.js';

/** Inputs named for a reason. */
const MOST_INPUTS = 4;

/** Parts of the line that were not taken into account, a row for each reason. */
export function skippedRows(skipped: readonly Skipped[], most: number, colors: Colors): string[] {
  const reasons = new Map<string, string[]>();
  for (const { what, reason } of skipped) reasons.set(reason, [...(reasons.get(reason) ?? []), what]);
  const rows = [...reasons].slice(0, most).map(([reason, inputs]) => {
    const names = shortList(inputs.map(printable), MOST_INPUTS, 'input');
    return `${colors.yellow('not taken into account')}: ${names}: ${printable(reason)}`;
  });
  const more = reasons.size - most;
  return more > 0 ? [...rows, `  and inputs for ${count(more, 'more reason')}`] : rows;
}
