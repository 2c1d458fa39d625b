import { type AdviceContext, ALL_BUT_DROPS, membersOf, namesText } from '../context.js';
import type { AdviceDetector } from '../detector.js';
import type { FoundAdvice } from '../found-advice.js';

/** Start files of the C runtime, which a driver puts on the line by itself. */
const START_FILE =
  /(?:^|\/)(?:[gMRS]?crt[012in]|crt(?:begin|end)[ST]?|gcrt[012]|dllcrt[12]|rcrt1|Scrt1)\.(?:o|obj)$/;

/** The command names start files that the driver adds too. */
export const nostartfiles: AdviceDetector = {
  code: 'nostartfiles',
  detect(context) {
    const { pairs, isBrought, label } = context;
    const own = pairs.filter((pair) => {
      const members = membersOf(context, pair);
      const isStart = members.every((member) => START_FILE.test(label(member)));
      return isStart && members.filter(isBrought).length === 1;
    });
    if (own.length === 0) return againstStartFile(context);
    const members = own.flatMap((pair) => membersOf(context, pair));
    const named = [...new Set(members.filter((member) => !isBrought(member)).map(label))];
    const added = [...new Set(members.filter(isBrought).map(label))];
    return {
      code: this.code,
      text: `the command names start files (${named.join(', ')}) that the compiler adds itself (${added.join(', ')}); both define ${namesText(own.map(({ text }) => text))}: take them off the command, or add -nostartfiles`,
      explains: own.map(({ name }) => name),
      refuses: ALL_BUT_DROPS,
    };
  },
};

/** A file of the user's defines what a start file does, such as `_init` or `__dso_handle`. */
function againstStartFile({ pairs, isBrought, label, memberOf }: AdviceContext): FoundAdvice | null {
  const own = pairs.flatMap(({ name, text, winner, loser }) => {
    const [one, other] = [winner, loser].map(memberOf);
    const [start, file] = isBrought(one) ? [one, other] : [other, one];
    return isBrought(start) && !isBrought(file) && START_FILE.test(label(start))
      ? [{ name, text, start, file }]
      : [];
  });
  if (own.length === 0) return null;
  const [{ start, file }] = own;
  return {
    code: 'nostartfiles',
    text: `${label(file)} defines ${namesText(own.map(({ text }) => text))}, as ${label(start)} does, a start file that the compiler adds: remove it from ${label(file)} (in place of \`_init\` and \`_fini\`: functions with the attributes constructor and destructor), or add -nostartfiles if the program has start files of its own`,
    explains: own.map(({ name }) => name),
  };
}
