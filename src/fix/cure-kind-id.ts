/** Kinds of cures in the order in which they are preferred. */
export const CURE_KINDS = [
  'no-link-change',
  'drop',
  'drop-object-twin',
  'drop-in-archive',
  'order',
  'plain-archive',
  'owner',
  'redirect',
  'yield',
  'isolate',
  'first-wins',
] as const;

export type CureKindId = (typeof CURE_KINDS)[number];
