/*
 * What the core asks of TypeScript. `read` and `fail` may throw, past all that the core was about: nothing here holds
 * state that such an end would leave half done, but for rows, which the caller forgets.
 */

/** Puts `length` bytes from `position` of the object that is read at `target`; the range was checked. */
export declare function read(position: f64, length: i32, target: usize): void;

/** Throws the error for `problem`; never returns. @param offset in the object @param a … that its text tells */
export declare function fail(problem: i32, offset: f64, a: f64, b: f64, c: f64): void;

/** What a section index from SHN_LORESERVE on means, as `ReservedMeaning`; throws for one that is unknown. */
export declare function reservedMeaning(index: i32): i32;

/** 32 bits that cannot be known beforehand. */
export declare function randomWord(): u32;
