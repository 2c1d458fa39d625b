import { ALL_BUT_DROPS, membersOf, namesText } from '../context.js';
import type { AdviceDetector } from '../detector.js';

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
    if (own.length === 0) return null;
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
