import { isFunction } from '../../../symbols/flags.js';
import { isCompilerHelper } from '../../assess/compiler-helpers.js';
import { membersOf, namesText } from '../context.js';
import type { AdviceDetector } from '../detector.js';

/** Two libraries define one name for different things. */
export const renameUpstream: AdviceDetector = {
  code: 'rename-upstream',
  detect(context) {
    const { problems, label, memberOf, state } = context;
    const { symbols } = state.links[0].subject.opened.inputs;
    const [foreign] = problems.collisions.filter(({ kind }) => kind === 'foreign-definition');
    if (foreign !== undefined) {
      const { bound, meant, user, name } = foreign;
      return {
        code: this.code,
        text: `${label(user)} uses \`${symbols.names.text(name)}\` of ${label(memberOf(bound))}, though its own library has a different one in ${label(memberOf(meant))}, and no linker reports it: rename one of the two where it is defined, or make it \`static\``,
      };
    }
    const own = context.unexplained().filter((pair) => isOfRivals(context, pair));
    if (own.length === 0) return null;
    const [one, other] = membersOf(context, own[0]);
    const what = isFunction(symbols.flags[own[0].winner]) ? 'function' : 'name';
    return {
      code: this.code,
      text: `${label(one)} and ${label(other)} both define ${namesText(own.map(({ text }) => text))}, in files that are not copies of each other: rename the ${what} in one of them, or make it \`static\` or hidden there`,
      explains: own.map(({ name }) => name),
    };
  },
};

/** Files of the user that are no copies, nor two builds of one file. */
function isOfRivals(
  context: Parameters<AdviceDetector['detect']>[0],
  pair: Parameters<typeof membersOf>[1],
): boolean {
  const [one, other] = membersOf(context, pair);
  if (isCompilerHelper(pair.text) || context.isBrought(one) || context.isBrought(other)) return false;
  const relation = context.state.links[0].subject.prepared.twins.relation(one, other);
  const isCopy = relation !== null && relation.kind !== 'other-content';
  return !isCopy && context.archiveOf(one) !== context.archiveOf(other);
}
