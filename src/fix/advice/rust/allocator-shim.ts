import { isAllocatorShim } from '../../../origin/runtime-names.js';
import { membersOf, namesText } from '../context.js';
import type { AdviceDetector } from '../detector.js';

/** Several Rust static libraries that define allocator functions. */
export const allocatorShim: AdviceDetector = {
  code: 'allocator-shim',
  detect(context) {
    const own = context.unexplained().filter(({ text }) => isAllocatorShim(text));
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
