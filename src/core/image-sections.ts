/*
 * Where a symbol of an image is defined, in place of a section. The core and TypeScript share this file.
 */

export const UNDEFINED_SECTION = -1;
export const ABSOLUTE_SECTION = -2;
export const COMMON_SECTION = -3;
/** A section that no image holds: an ELF group section, which assemblers let define a group's signature. */
export const UNLISTED_SECTION = -4;
