/** State of a symbol while a linker reads its inputs in order. Larger values are better definitions. */
export const UNSEEN: u8 = 0;
export const WEAKLY_UNDEFINED: u8 = 1;
export const UNDEFINED: u8 = 2;
/** Defined by a shared library: any definition in a loaded file replaces it. */
export const SHARED_DEFINED: u8 = 3;
export const COMMON_DEFINED: u8 = 4;
export const WEAKLY_DEFINED: u8 = 5;
export const DEFINED: u8 = 6;
