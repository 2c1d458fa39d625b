import { cName } from '../../link/inputs/c-names.js';
import type { Inputs } from '../../link/inputs/inputs.js';

/*
 * Names that compilers call of their own accord: for an operation that the machine has not, for a loop that copies, in
 * place of a call that can be had for less (`printf` of one string is `puts`). Where code is compiled during the link,
 * no reference to them is there before.
 *
 * Source: llvm/include/llvm/IR/RuntimeLibcalls.td; "Routines for integer arithmetic" and the following of GCC's
 * internals manual; LLVM's SimplifyLibCalls, GCC's builtins.def.
 */

const STRINGS = /^_*(mem|str|stp|bcmp|bzero|bcopy)\w*$/;
const OUTPUT = /^(puts|putchar|putc|fputs|fputc|fwrite)(_unlocked)?$/;
const MATH =
  /^(sqrt|cbrt|a?sinh?|a?cosh?|a?tanh?|atan2|sincos|sincospi|exp|exp2|exp10|expm1|log|log2|log10|log1p|pow|powi|ldexp|frexp|modf|fmod|remainder|fminimum(_num)?|fmaximum(_num)?|fmin|fmax|ceil|floor|trunc|rint|nearbyint|round|roundeven|lround|llround|lrint|llrint|fma|copysign|fabs|hypot)(f|l|f16|f32|f64|f128)?$/;
/** `__muldi3`, `__floatuntidf`, `__extendhfsf2`: modes of operands end the name. */
const ARITHMETIC = /^__[a-z]+?(qi|hi|si|di|ti|hf|bf|sf|df|xf|tf|kf|sc|dc|xc|tc)+\d?$/;
const OTHERS =
  /^(__(atomic|sync|aarch64|aeabi|gnu_[hf]2|arm|mips16|riscv|ppc|hexagon|llvm|emutls|cxa|tls|stack_chk|chk|mem|str|rt)\w*|__\w+_chk|_+chkstk\w*|_+alloca\w*|_Unwind_\w+|_?setjmp|longjmp|abort|alloca)$/;

const isLibraryCall = (text: string): boolean =>
  [STRINGS, OUTPUT, MATH, ARITHMETIC, OTHERS].some((pattern) => pattern.test(text));

/** By NameId: 1 for names that compilers call without a reference in the source. */
export function libraryCalls(inputs: Inputs): Uint8Array {
  const calls = new Uint8Array(inputs.symbols.names.length);
  for (let name = 0; name < calls.length; name++) if (isLibraryCall(cName(inputs, name))) calls[name] = 1;
  return calls;
}
