import { cName } from '../../link/inputs/c-names.js';
import { isCompilerPrivate } from '../../origin/origin.js';
import { haveEqualContent } from '../../plan/edits/kinds/equal-definitions.js';
import { firstWinsEdits } from '../../plan/edits/kinds/first-wins.js';
import { sectionGraphs } from '../../plan/edits/section-graph.js';
import { isFunction } from '../../symbols/flags.js';
import type { NameId } from '../../symbols/names.js';
import type { CureKind } from '../cure-kind.js';
import type { LinkState } from '../cure-state.js';
import { isClosedToEdits, withEdits } from './edit.js';

/** Definitions of equal content, or of one C++ function, become references to the one that the linker uses. */
export const yieldKind: CureKind = {
  id: 'yield',
  *propose(state) {
    if (isClosedToEdits(state)) return;
    const yielded = withEdits(state, 'yield', (link) => {
      const wanted = namesToYield(link);
      const { prepared, marks } = link.subject;
      const found = firstWinsEdits(prepared, link.resolutions, marks.ofAll(), 'undefine', wanted);
      return found.problems.length > 0 ? null : found.edits;
    });
    if (yielded !== null) yield yielded;
  },
};

function namesToYield({ subject, resolutions }: LinkState): Set<NameId> {
  const { graph } = subject.prepared;
  const { flags } = graph.inputs.symbols;
  const images = sectionGraphs(graph.inputs);
  const wanted = new Set<NameId>();
  for (const { name, definitions } of resolutions[0].clashes) {
    const text = cName(graph.inputs, name);
    // The language requires that all definitions of a C++ function are equivalent, even if their code differs.
    const isOdr = /^_Z|^\?/.test(text) && !isCompilerPrivate(text);
    const isOne =
      (isOdr && definitions.every((symbol) => isFunction(flags[symbol]))) ||
      definitions.every((symbol) => haveEqualContent(graph.inputs, images, definitions[0], symbol));
    if (isOne) wanted.add(name);
  }
  return wanted;
}
