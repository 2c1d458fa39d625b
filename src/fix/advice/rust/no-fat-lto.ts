import { membersOf, namesText } from '../context.js';
import type { AdviceDetector } from '../detector.js';
import { isMergedWithStd } from './fat-lto.js';

/** Fat LTO merged std into the one unit of each library. */
export const noFatLto: AdviceDetector = {
  code: 'no-fat-lto',
  detect(context) {
    const own = context.pairs.filter((pair) =>
      membersOf(context, pair).some((member) => isMergedWithStd(context, member)),
    );
    if (own.length === 0) return null;
    const merged = [...new Set(own.flatMap((pair) => membersOf(context, pair)))].filter((member) =>
      isMergedWithStd(context, member),
    );
    return {
      code: this.code,
      text: `LTO merged Rust's std into ${merged.map(context.label).join(' and ')}, so that no member of it can be shared (${namesText(own.map(({ text }) => text))}): build the libraries with \`lto = "off"\` or \`"thin"\` in [profile.release], and run LTO on the program`,
      explains: own.map(({ name }) => name),
    };
  },
};
