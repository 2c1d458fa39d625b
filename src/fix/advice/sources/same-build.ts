import { type AdviceContext, membersOf, namesText } from '../context.js';
import type { AdviceDetector } from '../detector.js';
import type { FoundAdvice } from '../found-advice.js';
import { definedNames } from '../member-names.js';

/** Two builds of one crate, or two versions of one unit, each with its own state. */
export const sameBuild: AdviceDetector = {
  code: 'same-build',
  detect(context) {
    const own = context.pairs.flatMap((pair) => {
      const [one, other] = membersOf(context, pair);
      const [a, b] = [context.origin(one), context.origin(other)];
      const isOther = a !== null && b !== null && a.crate === b.crate && a.build !== b.build;
      return isOther ? [{ pair, one, other, crate: a.crate }] : [];
    });
    if (own.length === 0) return twoVersions(context);
    const [{ one, other, crate }] = own;
    const { label } = context;
    return {
      code: this.code,
      text: `${label(one)} and ${label(other)} are two builds of the crate ${crate}, with state each: what one library stores the other does not see (${namesText(own.map(({ pair }) => pair.text))} in both). Build both libraries in one workspace with one Cargo.lock and equal features, so that ${crate} is compiled once`,
      explains: own.map(({ pair }) => pair.name),
      refuses: ['owner', 'order', 'yield', 'isolate', 'first-wins'],
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
  if (pairs.length === 0) return null;
  const [one, other] = membersOf(context, pairs[0]);
  return {
    code: 'same-build',
    text: `${context.label(one)} and ${context.label(other)} look like two builds or versions of one file (${namesText(pairs.map(({ text }) => text))} in both, with different content): bundle one of them, or build both libraries against the same one`,
    explains: pairs.map(({ name }) => name),
  };
}

function isVersionOf(context: AdviceContext, one: number, other: number): boolean {
  const [a, b] = [one, other].map((member) => new Set(definedNames(context, member)));
  const [few, many] = a.size <= b.size ? [a, b] : [b, a];
  return few.size >= FEWEST_NAMES && [...few].every((name) => many.has(name));
}
