import type { MemberId } from '../../../symbols/table.js';
import type { CureKindId } from '../../cure-kind-id.js';
import { type AdviceContext, membersOf, namesText, type Pair } from '../context.js';
import type { AdviceDetector } from '../detector.js';
import { cratesIn, isMergedWithStd } from './fat-lto.js';

/** Crates that each of the members holds: `shared and std`. */
function mergedCrates(context: AdviceContext, members: readonly MemberId[]): string {
  const [first, ...rest] = members.map((member) => cratesIn(context, member));
  const crates = first.filter((crate) => rest.every((others) => others.includes(crate)));
  const shown = crates.length > 4 ? [...crates.slice(0, 3), `${crates.length - 3} more crates`] : crates;
  return shown.length > 1 ? `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}` : (shown[0] ?? 'std');
}

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
      text: `LTO merged ${mergedCrates(context, merged)} into ${merged.map(context.label).join(' and ')}, so that no member of ${merged.length > 1 ? 'them' : 'it'} can be shared (${namesText(own.map(({ text }) => text))}): build the libraries with \`lto = "off"\` or \`"thin"\` in [profile.release], and run LTO on the program`,
      explains: own.map(({ name }) => name),
      ...(own.some((pair) => isOfRustProgram(context, pair)) ? { refuses: SPLITS_STD } : {}),
    };
  },
};

/** Cures that leave std's state in two copies: a panic hook of the program would not see panics of the library. */
const SPLITS_STD: readonly CureKindId[] = ['isolate', 'first-wins'];

/** Whether std is on the command as rustc adds it to a Rust program, which has no other. */
const isOfRustProgram = (context: AdviceContext, pair: Pair): boolean =>
  membersOf(context, pair).some(
    (member) => !isMergedWithStd(context, member) && context.fileName(member).endsWith('.rlib'),
  );
