import { basename } from 'node:path';
import type { Remedy } from '../../plan/remedies.js';
import { count } from '../quantities.js';
import { shellCommand } from '../shell-command.js';

const CHANGES: Readonly<Record<Remedy['change'], (archives: string, symbol: string) => string>> = {
  'one-group': () => 'put all archives between --start-group and --end-group',
  'repeat-provider': (archives) => `name ${archives} once more at the end of the line`,
  'provider-first': (archives) => `put ${archives} before all other archives`,
  'provider-first-in-group': (archives) =>
    `put all archives between --start-group and --end-group, ${archives} first`,
  'require-symbol': (archives, symbol) =>
    `require ${symbol} (-u ${symbol}), so that its file is loaded from ${archives} in its old place`,
};

/** A change of the line, and what it would free. */
export function remedyText({ change, archives, symbol = '', moreDrops, movesBindings }: Remedy): string {
  const named = archives.map((path) => shellCommand([basename(path)])).join(', ');
  const what = CHANGES[change](named, shellCommand([symbol]));
  const note = movesBindings ? ' (this alone changes which copy some names bind to)' : '';
  return `${what}: ${count(moreDrops, 'more member')} could be dropped${note}`;
}
