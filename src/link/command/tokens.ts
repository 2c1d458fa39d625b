import { NONE } from '../../symbols/table.js';
import { FOR_LINKER } from './response-file.js';

/** An argument of the linker: an argument of the line, or a part of one. */
export interface Token {
  readonly text: string;
  /** Index of the argument that it is in. */
  readonly argument: number;
  /** Which part of a `-Wl,a,b` argument; NONE for a plain one. */
  readonly part: number;
  /** A compiler driver passes it on (`-Wl,`, `-Xlinker`). */
  readonly isForLinker: boolean;
}

/** Splits arguments that drivers pass on (`-Wl,a,b`) into tokens. */
export function tokensOf(args: readonly string[]): Token[] {
  return args.flatMap((text, argument): Token[] => {
    if (text.startsWith(FOR_LINKER))
      return text
        .slice(FOR_LINKER.length)
        .split(',')
        .map((part, at) => ({ text: part, argument, part: at, isForLinker: true }));
    if (text === '-Xlinker') return [];
    return [{ text, argument, part: NONE, isForLinker: args[argument - 1] === '-Xlinker' }];
  });
}
