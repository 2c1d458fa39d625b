import { NONE } from '../../../symbols/table.js';
import { aliasesIn } from '../export-lists.js';
import { readDefinition } from '../line-definition.js';
import type { Effect } from '../line-option.js';
import type { LineState } from '../line-state.js';

import type { ApplyOption } from './effect.js';

/** Effects of options: symbols: roots, definitions, and what counts as a duplicate. */
export const symbolEffects = {
  root: (state, { value }) => state.required.push(value),
  entry: (state, { value }) => {
    state.said.symbols.entry = value;
  },
  'start-function': (state, { value }) => state.said.symbols.startFunctions.push(value),
  definition: (state, { value, piece, from }) => {
    const definition = readDefinition(value, { at: state.inputs.length, group: state.openGroup });
    if (definition !== null) state.said.symbols.definitions.push(definition);
    else state.said.notSimulated.push(from === piece ? piece.text : `${piece.text} ${from.text}`);
  },
  // The name that there is, then the other one for it.
  alias: (state, { value }) => addAlias(state, value, state.pieces[state.at - 1].text),
  'alias-list': (state, { value }) => {
    for (const [name, alias] of aliasesIn(state.readFile(value))) addAlias(state, name, alias);
  },
  wrap: (state, { value }) => state.said.symbols.wrapped.push(value),
  'fortran-common': (state) => {
    state.said.symbols.commonExtracts = true;
  },
  'no-fortran-common': (state) => {
    state.said.symbols.commonExtracts = false;
  },
  'allow-duplicates': (state) => {
    state.said.allowsDuplicates = true;
  },
  'forbid-duplicates': (state) => {
    state.said.allowsDuplicates = false;
  },
  keyword: (state, { value }) => {
    if (value === 'muldefs') state.said.allowsDuplicates = true;
  },
  // Without a value it forces all; `unresolved` is for undefined names alone.
  forced: (state, { value }) => {
    if (!/^unresolved$/i.test(value)) state.said.allowsDuplicates = true;
  },
} satisfies Partial<Record<Effect, ApplyOption>>;

function addAlias(state: LineState, name: string, alias: string): void {
  if (name === alias) return;
  const definition = { name: alias, references: [name], isAlias: true };
  state.said.symbols.definitions.push({ ...definition, at: state.inputs.length, group: NONE });
}
