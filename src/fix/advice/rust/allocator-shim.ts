import { membersOf, namesText } from '../context.js';
import type { AdviceDetector } from '../detector.js';

/** Functions that rustc adds to each static library, which call the library's allocator. */
const SHIM =
  /__(?:rust|rg|rdl)_(?:alloc|dealloc|realloc|alloc_zeroed|alloc_error_handler\w*|no_alloc_shim_is_unstable\w*)(?:v2)?$/;

/** Several Rust static libraries that define allocator functions. */
export const allocatorShim: AdviceDetector = {
  code: 'allocator-shim',
  detect(context) {
    const own = context.unexplained().filter(({ text }) => SHIM.test(text));
    if (own.length === 0) return null;
    const archives = [...new Set(own.flatMap((pair) => membersOf(context, pair)).map(context.fileName))];
    return {
      code: this.code,
      text: `rustc wrote allocator functions (${namesText(own.map(({ text }) => text))}) into each of ${archives.join(', ')}: one program has one Rust allocator. Build one static library from a crate that depends on both, or give both the same \`#[global_allocator]\` and compiler`,
      isMended: true,
      explains: own.map(({ name }) => name),
    };
  },
};
