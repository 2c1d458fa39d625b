import type { AdviceContext } from '../context.js';
import { membersOf } from '../context.js';
import type { AdviceDetector } from '../detector.js';
import { isMergedWithStd } from './fat-lto.js';

/** Two static libraries that each bundle a language's runtime, or the same crates. */
export const oneStaticlib: AdviceDetector = {
  code: 'one-staticlib',
  detect(context) {
    const languages = [rustBundles, nimBundles].flatMap((find) => find(context) ?? []);
    if (languages.length === 0) return null;
    const [{ archives, text, names }] = languages;
    return {
      code: this.code,
      text: `${archives.join(' and ')} each bundle ${text}`,
      explains: names,
    };
  },
};

interface Bundles {
  readonly archives: readonly string[];
  readonly text: string;
  readonly names: readonly number[];
}

function rustBundles(context: AdviceContext): Bundles | null {
  const own = context.pairs.filter((pair) => {
    const [one, other] = membersOf(context, pair);
    if (context.archiveOf(one) === context.archiveOf(other)) return false;
    const [a, b] = [context.origin(one), context.origin(other)];
    const isCrate = a !== null && b !== null && a.crate === b.crate;
    // Equal copies are dropped, and need no other build.
    const differs = isCrate && (a.build !== b.build || a.isRewritten || b.isRewritten);
    return differs || (isMergedWithStd(context, one) && isMergedWithStd(context, other));
  });
  if (own.length === 0) return null;
  return {
    archives: archivesOf(context, own),
    text: 'Rust crates that the other has too: build one static library, from a crate that depends on both (crate-type = ["staticlib"] there alone, "rlib" in both)',
    names: own.map(({ name }) => name),
  };
}

/** Members of Nim's compiler have `@` and `.nim.c` in their names. */
function nimBundles(context: AdviceContext): Bundles | null {
  const isNim = (member: number) => /\(@.*\.nim\.c\.o\)$/.test(context.label(member));
  const own = context.pairs.filter((pair) => membersOf(context, pair).every(isNim));
  if (own.length === 0) return null;
  return {
    archives: archivesOf(context, own),
    text: "Nim's runtime, which differs between them: build one static library, from a module that imports both",
    names: own.map(({ name }) => name),
  };
}

const archivesOf = (context: AdviceContext, pairs: AdviceContext['pairs']): string[] => [
  ...new Set(pairs.flatMap((pair) => membersOf(context, pair)).map(context.fileName)),
];
