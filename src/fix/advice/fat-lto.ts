import type { AdviceContext } from './context.js';
import { definedNames } from './member-names.js';

/** Names that std and its neighbours define, and no other crate. */
const STD_NAMES =
  /^(?:rust_eh_personality|__rust_start_panic|__rust_panic_cleanup|__rust_drop_panic|__rust_foreign_exception)$|(?:_7___rustc\d*_?)(?:rust_begin_unwind|__rust_start_panic|__rust_panic_cleanup|__rust_drop_panic|__rust_foreign_exception|rust_panic)$/;
const OWN_STD = /(?:^|\()(?:lib)?(?:std|panic_unwind|panic_abort)[-.]/;

/** A codegen unit that is not std's, and defines what only std defines: LTO merged std into it. */
export function isMergedWithStd(context: AdviceContext, member: number): boolean {
  const name = context.label(member);
  if (!name.endsWith('.rcgu.o)') || OWN_STD.test(name.slice(name.indexOf('(')))) return false;
  return definedNames(context, member).some((one) => STD_NAMES.test(one));
}
