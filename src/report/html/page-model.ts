/** Data of the page, embedded as JSON. In columns, since there may be ten thousand members. */
export interface PageModel {
  readonly links: readonly LinkModel[];
}

/** One link, before and after what can go is gone. */
export interface LinkModel {
  readonly title: string;
  readonly archives: readonly string[];
  readonly labels: readonly string[];
  readonly reasons: readonly string[];
  readonly symbols: readonly string[];
  readonly files: FileColumns;
}

/** A row for each member and each object on its own. */
export interface FileColumns {
  readonly name: readonly string[];
  /** Row of `archives`; −1 for an object on its own. */
  readonly archive: readonly number[];
  /** Row of `labels`: the crate, or the name of a file without one. */
  readonly label: readonly number[];
  readonly size: readonly number[];
  /** Row of `ROLES`. */
  readonly role: readonly number[];
  /** Row of `reasons`. */
  readonly reason: readonly number[];
  /** The file that replaces it, or its duplicate; −1. */
  readonly twin: readonly number[];
  readonly before: ExtractionColumns;
  readonly after: ExtractionColumns;
}

export interface ExtractionColumns {
  /** The file that extracted it; `ON_THE_LINE`, or `NOT_LOADED`. */
  readonly by: readonly number[];
  /** Row of `symbols`, or −1: for what. */
  readonly symbol: readonly number[];
}

/** Loaded though no file refers to it: it is on the line, or the program references it. */
export const ON_THE_LINE = -1;
export const NOT_LOADED = -2;

/** The verdict on a file. */
export const ROLES = ['only', 'owner', 'drop', 'blocked', 'other'] as const;
export type Role = (typeof ROLES)[number];

export const ROLE_TEXT: Readonly<Record<Role, string>> = {
  only: 'only here',
  owner: 'the copy that stays',
  drop: 'can be dropped',
  blocked: 'a duplicate that has to stay',
  other: 'not an object that is read',
};
