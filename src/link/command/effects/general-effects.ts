import { readSectionOrder, readSymbolOrder } from '../layout-patterns.js';
import type { Effect } from '../line-option.js';
import { linkerNamed } from '../program.js';

import type { ApplyOption } from './effect.js';

/** Effects of options: the whole link. */
export const generalEffects = {
  none: () => {},
  'not-simulated': (state, { token, from }) =>
    state.collected.notSimulated.push(from === token ? token.text : `${token.text} ${from.text}`),
  'collect-sections': (state) => {
    state.collected.collectsSections = true;
  },
  'keep-sections': (state) => {
    state.collected.collectsSections = false;
  },
  architecture: (state, { value }) => state.collected.architectures.push(value),
  linker: (state, { value }) => {
    state.collected.linker = linkerNamed(value);
  },
  'section-order': (state, { value }) => state.collected.orders.push(readSectionOrder(state.readFile(value))),
  'symbol-order': (state, { value }) => state.collected.orders.push(readSymbolOrder(state.readFile(value))),
  'dependency-file': (state, { value }) => state.collected.dependencyFiles.push(value),
} satisfies Partial<Record<Effect, ApplyOption>>;
