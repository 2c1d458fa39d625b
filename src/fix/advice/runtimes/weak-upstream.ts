import { membersOf, namesText } from '../context.js';
import type { AdviceDetector } from '../detector.js';
import { definedNames } from '../member-names.js';

/** System calls that a board's support library defines for newlib and picolibc. */
const SYSTEM_CALL =
  /^(?:_?(?:sbrk|write|read|open|close|lseek|isatty|fstat|stat|exit|kill|getpid|link|unlink|times|wait|fork|execve|gettimeofday)|_init|_fini)$/;
/**
 * Only a C library without an operating system calls these; in other programs `open` and `close` are ordinary names.
 */
const OF_BOARD = /^_?sbrk$|^_(?:write|read|open|close|lseek|isatty|fstat|kill|getpid)$/;

/** A support library defines a function that users replace, but not weakly. */
export const weakUpstream: AdviceDetector = {
  code: 'weak-upstream',
  detect(context) {
    const own = context.rivals().filter(({ text }) => SYSTEM_CALL.test(text));
    const calls = (member: number) => definedNames(context, member).filter((name) => SYSTEM_CALL.test(name));
    const found = own.flatMap((pair) => {
      const [one, other] = membersOf(context, pair).map((member) => ({ member, calls: calls(member) }));
      const board = one.calls.length >= other.calls.length ? one : other;
      return board.calls.length < 3 || !board.calls.some((call) => OF_BOARD.test(call))
        ? []
        : [{ pair, board, user: board === one ? other : one }];
    });
    if (found.length === 0) return null;
    const [{ board, user }] = found;
    const { label } = context;
    return {
      code: this.code,
      text: `${label(board.member)} defines ${board.calls.length} system calls, and ${label(user.member)} replaces ${namesText(found.map(({ pair }) => pair.text))}. Mark the board's \`__attribute__((weak))\`, so that a program may define its own`,
      explains: found.map(({ pair }) => pair.name),
    };
  },
};
