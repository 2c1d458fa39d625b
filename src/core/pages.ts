/**
 * Size of the core's memory, in pages of 64 KiB. Pages that are never written take no memory, so that tables begin with
 * much room.
 */
export const FIRST_PAGES = 1024;
/** 4 GiB, all that has an address. */
export const MOST_PAGES = 65536;
