import type { AdviceDetector } from '../detector.js';

const NAMED = 4;

/** Members that hold the intermediate code of a compiler alone. */
export const unreadableLto: AdviceDetector = {
  code: 'unreadable-lto',
  detect({ state, label }) {
    const { inputs } = state.links[0].subject.opened;
    const unread = inputs.members.filter(({ id }) => {
      const content = inputs.contents[id];
      return content.kind === 'unreadable' && /LTO|bitcode/i.test(content.problem);
    });
    if (unread.length === 0) return null;
    const shown = unread.slice(0, NAMED).map(({ id }) => label(id));
    const more = unread.length - shown.length;
    return {
      code: this.code,
      text: `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''} hold intermediate code for LTO and no native code, so their symbols cannot be compared, and duplicates among them are not seen: compile with -ffat-lto-objects (GCC, clang since 17), or without -flto`,
    };
  },
};
