/**
 * Helper functions that compilers call by fixed names, with results that are fixed too: whichever runtime defines one,
 * it computes the same.
 *
 * Source: "The GCC low-level runtime library" (gccint), compiler-rt/lib/builtins/README.txt, "Run-time ABI for the Arm
 * Architecture".
 */
const HELPERS = [
  /^__(?:ashl|ashr|lshr|div|udiv|mod|umod|mul|divmod|udivmod)[sdt]i[34]$/,
  /^__(?:neg|abs|cmp|ucmp|clz|ctz|clrsb|ffs|parity|popcount|bswap)[sdt]i2$/,
  /^__(?:add|sub|mul|neg|abs)v[sdt]i[23]$/,
  /^__(?:add|sub|mul|div)[hbsdxtk]f3$/,
  /^__neg[hsdxtk]f2$/,
  /^__(?:cmp|unord|eq|ne|ge|lt|le|gt)[hsdxtk]f2$/,
  /^__(?:extend|trunc)[hbsdxtk]f[hbsdxtk]f2$/,
  /^__fix(?:uns)?[hsdxtk]f[sdt]i$/,
  /^__float(?:un)?[sdt]i[hsdxtk]f$/,
  /^__powi[sdxtk]f2$/,
  /^__(?:mul|div)[hsdxt]c3$/,
  /^__aeabi_(?:[dfu]?(?:add|sub|rsub|mul|div|neg|cmp\w*)|[il]divmod|u[il]divmod|[il]div|ui?div|lmul|l[ls]l|lasr|[du]?lcmp|ulcmp|[df]2\w+|[iul]+2[df]|h2f\w*|[iu]div|c[df]\w+)$/,
];

/** @param name as C spells it */
export const isCompilerHelper = (name: string): boolean => HELPERS.some((helper) => helper.test(name));
