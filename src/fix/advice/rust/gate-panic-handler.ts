import { membersOf } from '../context.js';
import type { AdviceDetector } from '../detector.js';

/** `rust_begin_unwind`, plain or mangled into the compiler's own crate. */
const HANDLER = /^(?:_R\w*_7___rustc\d*_?)?\w*rust_begin_unwind$/;

/** A Rust library without std has a panic handler, and so has std. */
export const gatePanicHandler: AdviceDetector = {
  code: 'gate-panic-handler',
  detect(context) {
    const own = context.rivals().filter(({ text }) => HANDLER.test(text));
    if (own.length === 0) return null;
    const { label } = context;
    const isStd = (member: number) => /\bstd-[0-9a-f]{16}|libstd/.test(label(member));
    const members = [...new Set(own.flatMap((pair) => membersOf(context, pair)))];
    const library = members.find((member) => !isStd(member));
    const std = members.find((member) => isStd(member));
    const other = std === undefined ? 'another Rust library' : label(std);
    return {
      code: this.code,
      text: `${label(library ?? members[0])} defines a \`#[panic_handler]\`, and ${other} has one: put the library's behind a feature that is off where std is linked (\`#[cfg(not(feature = "std"))] #[panic_handler]\`)`,
      explains: own.map(({ name }) => name),
    };
  },
};
