import { readSectionOrder, readSymbolOrder } from '../layout-patterns.js';
import type { Effect } from '../line-option.js';
import { linkerNamed } from '../program.js';

import type { ApplyOption } from './effect.js';

/** Effects of options: the whole link. */
export const generalEffects = {
  none: () => {},
  'not-simulated': (state, { piece, from }) =>
    state.said.notSimulated.push(from === piece ? piece.text : `${piece.text} ${from.text}`),
  'collect-sections': (state) => {
    state.said.collectsSections = true;
  },
  'keep-sections': (state) => {
    state.said.collectsSections = false;
  },
  architecture: (state, { value }) => state.said.architectures.push(value),
  linker: (state, { value }) => {
    state.said.linker = linkerNamed(value);
  },
  'section-order': (state, { value }) => state.said.orders.push(readSectionOrder(state.readFile(value))),
  'symbol-order': (state, { value }) => state.said.orders.push(readSymbolOrder(state.readFile(value))),
  'dependency-file': (state, { value }) => state.said.dependencyFiles.push(value),
} satisfies Partial<Record<Effect, ApplyOption>>;
