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
    state.collected.symbols.entry = value;
  },
  'start-function': (state, { value }) => state.collected.symbols.startFunctions.push(value),
  definition: (state, { value, token, from }) => {
    const definition = readDefinition(value, { at: state.inputs.length, group: state.openGroup });
    if (definition !== null) state.collected.symbols.definitions.push(definition);
    else state.collected.notSimulated.push(from === token ? token.text : `${token.text} ${from.text}`);
  },
  // The existing name, then its alias.
  alias: (state, { value }) => addAlias(state, value, state.tokens[state.at - 1].text),
  'alias-list': (state, { value }) => {
    for (const [name, alias] of aliasesIn(state.readFile(value))) addAlias(state, name, alias);
  },
  wrap: (state, { value }) => state.collected.symbols.wrapped.push(value),
  'fortran-common': (state) => {
    state.collected.symbols.commonExtracts = true;
  },
  'no-fortran-common': (state) => {
    state.collected.symbols.commonExtracts = false;
  },
  'allow-duplicates': (state) => {
    state.collected.allowsDuplicates = true;
  },
  'forbid-duplicates': (state) => {
    state.collected.allowsDuplicates = false;
  },
  keyword: (state, { value }) => {
    if (value === 'muldefs') state.collected.allowsDuplicates = true;
  },
  // Without a value the option forces everything; `unresolved` applies only to undefined names.
  forced: (state, { value }) => {
    if (!/^unresolved$/i.test(value)) state.collected.allowsDuplicates = true;
  },
} satisfies Partial<Record<Effect, ApplyOption>>;

function addAlias(state: LineState, name: string, alias: string): void {
  if (name === alias) return;
  const definition = { name: alias, references: [name], isAlias: true };
  state.collected.symbols.definitions.push({ ...definition, at: state.inputs.length, group: NONE });
}
