import { isWeak } from '../../../symbols/flags.js';
import { NONE } from '../../../symbols/table.js';
import { bytesOf } from '../../problems/weak-collisions.js';
import { membersOf, namesText } from '../context.js';
import type { AdviceDetector } from '../detector.js';

/** One name with two definitions that the language requires to be equal. */
export const odr: AdviceDetector = {
  code: 'odr',
  detect(context) {
    const { problems, memberOf, label, state } = context;
    const { symbols } = state.links[0].subject.opened.inputs;
    const [silent] = problems.collisions.filter(({ kind }) => kind !== 'default-wins');
    if (silent !== undefined) {
      const { bound, meant, user, kind } = silent;
      const text = symbols.names.text(silent.name);
      const sizes =
        kind === 'other-layout' ? ` of ${bytesOf(symbols, bound)} and ${bytesOf(symbols, meant)} bytes` : '';
      const mayOverrun = kind === 'other-layout' && bytesOf(symbols, bound) < bytesOf(symbols, meant);
      return {
        code: this.code,
        text: `\`${text}\` has two different definitions${sizes}, in ${label(memberOf(bound))} and ${label(memberOf(meant))}, and no linker reports it: ${label(user)} uses the first, and was compiled against the other${mayOverrun ? ', which is larger, so that it may write past the end of the first' : ''}. Build all files against one version of the code that defines it`,
      };
    }
    const mixed = context
      .rivals()
      .filter(
        ({ winner, loser }) =>
          (symbols.group[winner] === NONE) !== (symbols.group[loser] === NONE) &&
          !isWeak(symbols.flags[winner]),
      );
    if (mixed.length === 0) return null;
    const [one, other] = membersOf(context, mixed[0]);
    return {
      code: this.code,
      text: `${namesText(mixed.map(({ text }) => text))} ${mixed.length === 1 ? 'is' : 'are'} inline in one of ${label(one)} and ${label(other)}, and an ordinary function in the other: usually the header was compiled with other options than the library. Compile the program with the options that the library was built with`,
      explains: mixed.map(({ name }) => name),
    };
  },
};
