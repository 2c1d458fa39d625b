import { test } from 'vitest';
import { tool } from './find-tool.js';

export { tool } from './find-tool.js';

/** With ARDEDUP_REQUIRE_TOOLS=1, as CI sets it, a missing tool fails instead of skipping. */
const areToolsRequired = process.env.ARDEDUP_REQUIRE_TOOLS === '1';

/**
 * A `test` that needs tools, and skips itself where one is missing, saying which:
 * `needsTool('llvm-ar')('reads what llvm-ar wrote', ([ar]) => …)`.
 *
 * @param names each the name of a tool, or several that will do: `'llvm-ar-19|llvm-ar'`
 */
export const needsTool =
  (...names: string[]) =>
  (title: string, body: (paths: string[]) => void | Promise<void>, timeout?: number): void => {
    const paths = names.map((name) => tool(...name.split('|')));
    const missing = names.filter((_, at) => paths[at] === null);
    const name = `${title} (needs ${names.map((n) => n.split('|')[0]).join(', ')})`;
    if (missing.length === 0) test(name, () => body(paths as string[]), timeout);
    else if (areToolsRequired) {
      test(name, () => {
        throw new Error(`not installed: ${missing.join(', ')} (ARDEDUP_REQUIRE_TOOLS=1)`);
      });
    } else test(name, (context) => context.skip(`not installed: ${missing.join(', ')}`));
  };
