import { isDefinition, isFunction, isWritable } from '../../../symbols/flags.js';
import { NONE, type SymbolId } from '../../../symbols/table.js';
import type { AdviceContext, Pair } from '../context.js';
import { membersOf, namesText } from '../context.js';
import type { AdviceDetector } from '../detector.js';

/** Zero-filled globals of a header, which a newer compiler no longer makes common symbols. */
export const fcommon: AdviceDetector = {
  code: 'fcommon',
  detect(context) {
    const own = context.unexplained().filter((pair) => isTentative(context, pair));
    // If functions clash, too, the files are copies or rivals, and a header is not the cause.
    const files = new Set(own.map((pair) => membersOf(context, pair).join()));
    const others = context.pairs.filter(
      (pair) => !own.includes(pair) && files.has(membersOf(context, pair).join()),
    );
    if (own.length === 0 || others.length > 0) return null;
    const labels = [...new Set(own.flatMap((pair) => membersOf(context, pair)).map(context.label))];
    const compilers = [...new Set(own.flatMap((pair) => context.producers(membersOf(context, pair)[0])))];
    const by = compilers.length === 0 ? '' : `, compiled by ${compilers[0]}`;
    return {
      code: this.code,
      text: `${namesText(own.map(({ text }) => text))} ${own.length === 1 ? 'is' : 'are'} zero-filled in ${labels.join(', ')}${by}, usually because a header defines them without \`extern\`. GCC since 10 and clang since 11 no longer merge such definitions. Declare them \`extern\` in the header and define them in one file; until then compile with -fcommon${sizesText(context, own)}`,
      explains: own.map(({ name }) => name),
    };
  },
};

function isTentative(context: AdviceContext, { winner, loser, text }: Pair): boolean {
  if (text.startsWith('_Z') || text.startsWith('_R')) return false;
  const { flags, group } = context.state.links[0].subject.opened.inputs.symbols;
  const isPlain = (symbol: SymbolId) =>
    isDefinition(flags[symbol]) &&
    isWritable(flags[symbol]) &&
    !isFunction(flags[symbol]) &&
    group[symbol] === NONE;
  return [winner, loser].every((symbol) => isPlain(symbol) && isZeroFilled(context, symbol));
}

function isZeroFilled({ state, image, memberOf }: AdviceContext, symbol: SymbolId): boolean {
  const { section } = state.links[0].subject.opened.inputs.symbols;
  const found = image(memberOf(symbol))?.sections.find(({ number }) => number === section[symbol]);
  return found?.use === 'zero';
}

/** The first definition would be overrun. */
function sizesText({ state }: AdviceContext, pairs: readonly Pair[]): string {
  const { size } = state.links[0].subject.opened.inputs.symbols;
  const odd = pairs.find(({ winner, loser }) => size[winner] !== size[loser]);
  return odd === undefined
    ? ''
    : `. Their sizes differ (\`${odd.text}\`: ${size[odd.winner]} and ${size[odd.loser]} bytes), so the headers do, too`;
}
