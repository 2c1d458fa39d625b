/*
 * Functions that the core imports from TypeScript. `read` and `fail` may throw through the core: the core keeps no
 * state that such an exception would leave inconsistent, except for rows, which the caller discards.
 */

/** Puts `length` bytes from `position` of the object that is read at `target`; the range was checked. */
export declare function read(position: f64, length: i32, target: usize): void;

/**
 * Throws the error for `problem`; never returns. @param offset in the object @param a a number for the text of the
 * problem
 */
export declare function fail(problem: i32, offset: f64, a: f64, b: f64, c: f64): void;

/** The `ReservedMeaning` of a section index from SHN_LORESERVE on; throws for an unknown one. */
export declare function reservedMeaning(index: i32): i32;

/** 32 bits that cannot be known beforehand. */
export declare function randomWord(): u32;
