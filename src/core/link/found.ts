import { List } from '../list';

/*
 * Short lists that TypeScript decides about: the answer of the last search for rows or names.
 */

export const found = List.empty();

export function foundCount(): i32 {
  return found.length;
}

/** Where the list is, up to the next search. */
export function foundRows(): usize {
  return found.start;
}
