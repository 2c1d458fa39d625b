import type { RequireOption, WordChange } from '../../link/command/change-words.js';
import { takesMicrosoftOptions } from '../../link/linkers/microsoft-options.js';
import type { RefusedDrops } from '../../plan/plan-trim.js';
import { requiredNames } from '../../plan/required-names.js';
import type { CureState, LinkState } from '../cure-state.js';
import { fileLabel } from '../describe/file-label.js';
import { withChange } from './line-step.js';

/**
 * The command with one more required symbol each, so that a member with constructors keeps its place when the members
 * that load it now are dropped.
 *
 * @param refused drops of the first link
 */
export function* requiringSymbols(state: CureState, refused: RefusedDrops): Generator<CureState> {
  if (state.changes.some(({ kind }) => kind === 'require')) return;
  const [link] = state.links;
  const { inputs } = refused.graph;
  for (const { name, member } of requiredNames(refused, link.line)) {
    const change: WordChange = {
      kind: 'require',
      option: optionOf(link),
      symbol: inputs.symbols.names.text(name),
      file: fileLabel(inputs, member),
    };
    const changed = withChange(state, 'order', change);
    if (changed !== null) yield changed;
  }
}

const optionOf = ({ subject: { linkers } }: LinkState): RequireOption =>
  takesMicrosoftOptions(linkers[0].id) ? '/include:' : '-u';
