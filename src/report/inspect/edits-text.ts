import { printable } from '../place.js';
import { count, shortList } from '../quantities.js';
import type { InspectedEdit } from './inspected-edits.js';

const DONE: Record<InspectedEdit['action'], string> = {
  'hide-and-rename': 'renamed and hidden',
  undefine: 'undefined',
  weaken: 'made weak',
};

const SYMBOLS_NAMED = 3;

/** `2 symbols renamed and hidden in 2 members (helper, only)`: a text for each action. */
export function editTexts(edits: readonly (readonly InspectedEdit[])[]): string[] {
  const actions = Object.keys(DONE) as InspectedEdit['action'][];
  return actions.flatMap((action) => {
    const members = edits.map((own) => own.filter((edit) => edit.action === action));
    const symbols = [...new Set(members.flat().map(({ symbol }) => symbol))];
    if (symbols.length === 0) return [];
    const edited = count(members.filter(({ length }) => length > 0).length, 'member');
    const named = shortList(symbols.map(printable), SYMBOLS_NAMED, 'symbol');
    return [`${count(symbols.length, 'symbol')} ${DONE[action]} in ${edited} (${named})`];
  });
}

/** `edited: helper (renamed and hidden), f (undefined)`, of one member. */
export function memberEditText(edits: readonly InspectedEdit[]): string {
  const texts = edits.map(({ symbol, action }) => `${symbol} (${DONE[action]})`);
  return `edited: ${shortList(texts, SYMBOLS_NAMED, 'symbol')}`;
}
