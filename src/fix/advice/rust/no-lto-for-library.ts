import { membersOf } from '../context.js';
import type { AdviceDetector } from '../detector.js';

/** Thin LTO rewrote a library's copy of a crate, and another library has the crate as compiled. */
export const noLtoForLibrary: AdviceDetector = {
  code: 'no-lto-for-library',
  detect(context) {
    const own = context.unexplained().flatMap((pair) => {
      const [one, other] = membersOf(context, pair);
      const [a, b] = [context.origin(one), context.origin(other)];
      if (a === null || b === null || a.crate !== b.crate || a.isRewritten === b.isRewritten) return [];
      return [{ pair, rewritten: a.isRewritten ? one : other, plain: a.isRewritten ? other : one }];
    });
    if (own.length === 0) return null;
    const [{ rewritten, plain }] = own;
    const { label, fileName } = context;
    return {
      code: this.code,
      text: `thin LTO rewrote ${label(rewritten)}, and ${label(plain)} is the same crate as it was compiled: build ${fileName(rewritten)} without LTO (\`lto = "off"\` in [profile.release], or -C lto=off), so that the copies stay equal`,
      explains: own.map(({ pair }) => pair.name),
    };
  },
};
