import { expect, test } from 'vitest';
import { isCompilerHelper } from './compiler-helpers.js';

test.each(
  '__divti3 __udivmoddi4 __ashlti3 __clzsi2 __popcountdi2 __addvsi3 __addtf3 __extendhfsf2 __truncdfsf2 __fixunsdfdi __floatundidf __powidf2 __muldc3 __eqtf2 __aeabi_uidivmod __aeabi_dadd'.split(
    ' ',
  ),
)('%s is a helper of compilers', (name) => expect(isCompilerHelper(name)).toBe(true));

test.each('divti3 __divti __malloc __udiv memcpy __aeabi_memcpy __addtf3_local main'.split(' '))(
  '%s is none',
  (name) => expect(isCompilerHelper(name)).toBe(false),
);
