import { closest, distance } from 'fastest-levenshtein';

/** Edits that a misspelling may need, per length of the word: more is another word. */
const MOST_EDITS = 0.4;

/** `; did you mean X?` for the candidate that is nearest to a misspelt word; empty where none is near. */
export function suggestion(word: string, candidates: readonly string[]): string {
  if (candidates.length === 0) return '';
  const nearest = closest(word, candidates);
  const isNear =
    nearest !== word && distance(word, nearest) <= Math.max(1, Math.floor(word.length * MOST_EDITS));
  return isNear ? `; did you mean ${nearest}?` : '';
}
