import { NONE } from '../../../symbols/table.js';
import { haveEqualBytes } from '../../assess/same-definition.js';
import { membersOf, namesText } from '../context.js';
import type { AdviceDetector } from '../detector.js';

/** Two libraries have equal files, and the command hides one of the two, so that the other cannot replace it. */
export const excludeLibs: AdviceDetector = {
  code: 'exclude-libs',
  detect(context) {
    const [{ subject }] = context.state.links;
    const own = context.rivals().filter((pair) => {
      const [one, other] = membersOf(context, pair);
      if (context.archiveOf(one) === NONE || context.archiveOf(other) === NONE || one === other) return false;
      return haveEqualBytes(subject.prepared.graph.inputs, one, other);
    });
    if (own.length === 0) return null;
    const [one, other] = membersOf(context, own[0]).map(context.label);
    return {
      code: this.code,
      text: `${one} and ${other} are equal (${namesText(own.map(({ text }) => text))} in both), but --exclude-libs hides the names of one of the two archives: name both archives with --exclude-libs, by their file names, or neither; then one copy can be dropped`,
      explains: own.map(({ name }) => name),
    };
  },
};
