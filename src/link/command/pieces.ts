import { NONE } from '../../symbols/table.js';
import { FOR_LINKER } from './response-file.js';

/** An argument of the linker: a word of the line, or a part of one. */
export interface Piece {
  readonly text: string;
  readonly word: number;
  /** Which part of a `-Wl,a,b` word; NONE for a plain word. */
  readonly part: number;
  /** A compiler driver hands it on (`-Wl,`, `-Xlinker`). */
  readonly isForLinker: boolean;
}

/** Splits arguments that drivers pass on (`-Wl,a,b`) into tokens. */
export function piecesOf(words: readonly string[]): Piece[] {
  return words.flatMap((text, word): Piece[] => {
    if (text.startsWith(FOR_LINKER))
      return text
        .slice(FOR_LINKER.length)
        .split(',')
        .map((part, at) => ({ text: part, word, part: at, isForLinker: true }));
    if (text === '-Xlinker') return [];
    return [{ text, word, part: NONE, isForLinker: words[word - 1] === '-Xlinker' }];
  });
}
