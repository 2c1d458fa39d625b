import { isAllocatorName } from '../../assess/allocators.js';
import { ALL_BUT_DROPS, membersOf, namesText } from '../context.js';
import type { AdviceDetector } from '../detector.js';

/** An allocator replaces a part of what the C library's allocator defines, and the program uses the rest. */
export const allocatorFamily: AdviceDetector = {
  code: 'allocator-family',
  detect(context) {
    const { pairs, isBrought, memberOf, label, state } = context;
    const own = pairs.filter(
      (pair) => isAllocatorName(pair.text) && membersOf(context, pair).filter(isBrought).length === 1,
    );
    if (own.length === 0) return null;
    const [{ winner, loser }] = own;
    const [brought, user] = isBrought(memberOf(loser)) ? [loser, winner] : [winner, loser];
    const [{ subject, resolutions }] = state.links;
    const extractingName = resolutions[0].extractedFor[memberOf(brought)];
    const extractor = resolutions[0].extractedBy[memberOf(brought)];
    const { names } = subject.opened.inputs.symbols;
    const cause =
      extractingName < 0
        ? ''
        : `: ${label(memberOf(brought))} is loaded for \`${names.text(extractingName)}\`${extractor < 0 ? '' : `, which ${label(extractor)} references`}, and ${label(memberOf(user))} does not define`;
    return {
      code: this.code,
      text: `${label(memberOf(user))} replaces ${namesText(own.map(({ text }) => text))}, but not the whole allocator${cause}. Two allocators must not share a heap: define ${extractingName < 0 ? 'the rest of the family' : `\`${names.text(extractingName)}\``} there, too (malloc, free, calloc, realloc, aligned_alloc, memalign, malloc_usable_size …)`,
      explains: own.map(({ name }) => name),
      refuses: ALL_BUT_DROPS,
    };
  },
};
