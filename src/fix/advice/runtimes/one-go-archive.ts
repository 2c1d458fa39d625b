import { GO_RUNTIME } from '../../../origin/runtime-names.js';
import { membersOf, namesText } from '../context.js';
import type { AdviceDetector } from '../detector.js';
import { definesAny } from '../member-names.js';
import { perMember } from '../per-member.js';

const isGo = perMember(
  (context, member) =>
    /(?:^|\/|\()go\.o\)?$/.test(context.label(member)) || definesAny(context, member, GO_RUNTIME),
);

/** Two Go programs, each with a runtime of its own, in one link. */
export const oneGoArchive: AdviceDetector = {
  code: 'one-go-archive',
  detect(context) {
    const { pairs, fileName } = context;
    const own = pairs.filter((pair) => membersOf(context, pair).every((member) => isGo(context, member)));
    if (own.length === 0) return null;
    const archives = [...new Set(own.flatMap((pair) => membersOf(context, pair)).map(fileName))];
    return {
      code: this.code,
      text: `${archives.join(' and ')} each hold a whole Go runtime (${namesText(own.map(({ text }) => text))} in both): Go does not support two runtimes in one program. Build one archive from a main package that imports both: go build -buildmode=c-archive`,
      explains: own.map(({ name }) => name),
      refuses: ['drop', 'order', 'plain-archive', 'owner', 'redirect', 'yield', 'first-wins'],
    };
  },
};
