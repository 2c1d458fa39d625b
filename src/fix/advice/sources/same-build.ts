import { TOOLCHAIN_CRATES } from '../../../origin/runtime-names.js';
import { canonicalStateName } from '../../../plan/state/state.js';
import type { MemberId } from '../../../symbols/table.js';
import type { CureKindId } from '../../cure-kind-id.js';
import { type LocalPair, splitLocals } from '../../rivals/split-locals.js';
import { type AdviceContext, membersOf, namesText } from '../context.js';
import type { AdviceDetector } from '../detector.js';
import type { FoundAdvice } from '../found-advice.js';
import { definedNames, isMain } from '../member-names.js';

/** Cures that leave a program with two builds of a crate, or mix them. */
export const TWO_BUILDS_REFUSE: readonly CureKindId[] = ['owner', 'order', 'yield', 'isolate', 'first-wins'];

/** The crate that both members are builds of; null where they are not. */
export function crateOfTwoBuilds({ origin }: AdviceContext, one: MemberId, other: MemberId): string | null {
  const [a, b] = [origin(one), origin(other)];
  return a !== null && b !== null && a.crate === b.crate && a.build !== b.build ? a.crate : null;
}

const remedyFor = (crate: string): string =>
  TOOLCHAIN_CRATES.has(crate)
    ? `Build both libraries with one toolchain, which brings ${crate}`
    : `Build both libraries in one workspace with one Cargo.lock and equal features, so that ${crate} is compiled once`;

/** Two builds of one crate, or two versions of one unit, each with its own state. */
export const sameBuild: AdviceDetector = {
  code: 'same-build',
  detect(context) {
    // Of crates that come with the compiler, two compilers are the cause.
    const open = new Set(context.unexplained());
    const own = context.pairs.flatMap((pair) => {
      const [one, other] = membersOf(context, pair);
      const crate = crateOfTwoBuilds(context, one, other);
      return crate === null || (TOOLCHAIN_CRATES.has(crate) && !open.has(pair))
        ? []
        : [{ pair, one, other, crate }];
    });
    if (own.length === 0) return twoVersions(context);
    const [{ one, other, crate }] = own;
    const { label } = context;
    return {
      code: this.code,
      text: `${label(one)} and ${label(other)} are two builds of the crate ${crate}, with state each: what one library stores the other does not see (${namesText(own.map(({ pair }) => pair.text))} in both). ${remedyFor(crate)}`,
      explains: own.map(({ pair }) => pair.name),
      refuses: TWO_BUILDS_REFUSE,
    };
  },
};

/** Fewer names in common are a coincidence. */
const FEWEST_NAMES = 2;

/** Two versions of one C file: one defines at least all names that the other does. */
function twoVersions(context: AdviceContext): FoundAdvice | null {
  const pairs = context.unexplained().filter((pair) => {
    const [one, other] = membersOf(context, pair);
    if (
      context.isBrought(one) ||
      context.isBrought(other) ||
      context.archiveOf(one) === context.archiveOf(other)
    )
      return false;
    const relation = context.state.links[0].subject.prepared.twins.relation(one, other);
    return (relation === null || relation.kind === 'other-content') && isVersionOf(context, one, other);
  });
  const [link] = context.state.links;
  const locals = splitLocals(link, link, 0);
  if (pairs.length === 0) return locals.length === 0 ? null : twoStates(context, locals);
  const [one, other] = membersOf(context, pairs[0]);
  const own = locals.filter(
    ({ winner, loser }) => context.memberOf(winner) === one && context.memberOf(loser) === other,
  );
  const state = own.length === 0 ? '' : `, and each uses ${staticsText(context, own)} of its own`;
  return {
    code: 'same-build',
    text: `${context.label(one)} and ${context.label(other)} look like two builds or versions of one file (${namesText(pairs.map(({ text }) => text))} in both, with different content)${state}: bundle one of them, or build both libraries against the same one`,
    explains: pairs.map(({ name }) => name),
  };
}

/** Two versions of one C file whose duplicates the command allows, and which each use their own static variable. */
function twoStates(context: AdviceContext, locals: readonly LocalPair[]): FoundAdvice {
  const [one, other] = [locals[0].winner, locals[0].loser].map(context.memberOf);
  const own = locals.filter(
    ({ winner, loser }) => context.memberOf(winner) === one && context.memberOf(loser) === other,
  );
  return {
    code: 'same-build',
    text: `${context.label(one)} and ${context.label(other)} look like two builds or versions of one file, and each uses ${staticsText(context, own)} of its own: what one stores the other does not see. Bundle one of them, or build both libraries against the same one`,
    isMended: true,
  };
}

function staticsText({ state }: AdviceContext, locals: readonly LocalPair[]): string {
  const { name, names } = state.links[0].subject.opened.inputs.symbols;
  const texts = locals.map(({ winner }) => canonicalStateName(names.text(name[winner])));
  return `${texts.length === 1 ? 'a static' : 'static'} ${namesText(texts)}`;
}

function isVersionOf(context: AdviceContext, one: number, other: number): boolean {
  const [a, b] = [one, other].map((member) => new Set(definedNames(context, member)));
  const [few, many] = a.size <= b.size ? [a, b] : [b, a];
  // The functions of a parser have the same names in every library.
  if ([...few].every((name) => name.startsWith('yy')) || [...few].every(isMain)) return false;
  return few.size >= FEWEST_NAMES && [...few].every((name) => many.has(name));
}
