import { isAllocatorName } from '../../assess/allocators.js';
import { ALL_BUT_DROPS, membersOf, namesText } from '../context.js';
import type { AdviceDetector } from '../detector.js';

/** Two libraries of the command are allocators. */
export const oneAllocator: AdviceDetector = {
  code: 'one-allocator',
  detect(context) {
    const { pairs, isBrought, fileName, label, state } = context;
    const own = pairs.filter(
      (pair) => isAllocatorName(pair.text) && !membersOf(context, pair).some(isBrought),
    );
    if (own.length === 0) return null;
    const [winner, loser] = membersOf(context, own[0]);
    const libraries = [...new Set(own.flatMap((pair) => membersOf(context, pair)).map(fileName))];
    const [{ subject, resolutions }] = state.links;
    const { names } = subject.opened.inputs.symbols;
    const reasonOf = (member: number) => {
      const extractingName = resolutions[0].extractedFor[member];
      const by = resolutions[0].extractedBy[member];
      return extractingName < 0 || by < 0
        ? []
        : [`${label(member)} is loaded for \`${names.text(extractingName)}\` of ${label(by)}`];
    };
    const reasons = [winner, loser].flatMap(reasonOf);
    const sameHeap = new Set(own.map(({ name }) => name));
    const both = pairs.filter(
      (pair) =>
        sameHeap.has(pair.name) ||
        membersOf(context, pair).every((member) => member === winner || member === loser),
    );
    return {
      code: this.code,
      text: `${libraries.join(' and ')} both define ${namesText(own.map(({ text }) => text))}: a program has one allocator${reasons.length === 0 ? '' : ` (${reasons.join('; ')})`}. Take the one off the command whose own functions nothing needs`,
      explains: both.map(({ name }) => name),
      refuses: ALL_BUT_DROPS,
    };
  },
};
