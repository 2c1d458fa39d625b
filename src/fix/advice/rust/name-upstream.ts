import { membersOf, namesText, type Pair } from '../context.js';
import type { AdviceDetector } from '../detector.js';

/** A generator, or a habit, gives functions of different crates the same C names. */
export const nameUpstream: AdviceDetector = {
  code: 'name-upstream',
  detect(context) {
    const isRust = (member: number) => context.label(member).endsWith('.rcgu.o)');
    const isOneCrate = (pair: Pair) => {
      const [one, other] = membersOf(context, pair).map(context.origin);
      return one !== null && one?.crate === other?.crate;
    };
    const own = context
      .rivals()
      .filter(
        (pair) => !/^_R|^_ZN/.test(pair.text) && membersOf(context, pair).every(isRust) && !isOneCrate(pair),
      );
    if (own.length === 0) return null;
    const files = [...new Set(own.flatMap((pair) => membersOf(context, pair)).map(context.label))];
    return {
      code: this.code,
      text: `${files.join(' and ')} are different crates, and each exports ${namesText(own.map(({ text }) => text))} under its plain C name: give each crate's exports a prefix of their own (a setting of the generator, or \`#[unsafe(export_name = "…")]\`)`,
      explains: own.map(({ name }) => name),
    };
  },
};
