/** Kinds of groups that an object has, as bits; TypeScript shares this file. */
export const SECTION_GROUPS = 1;
/** Sections that are groups by their name. */
export const LINKONCE_SECTIONS = 2;
