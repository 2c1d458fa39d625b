import type { LineState } from '../line-state.js';
import type { Token } from '../tokens.js';

/** An option with its value, and the position of both. */
export interface ReadOption {
  readonly token: Token;
  /** The token that has the value; `token` if that is the option's own. */
  readonly from: Token;
  /** Empty for an option without one; of several the first. */
  readonly value: string;
}

/** Applies an option to the state of the line that is read. */
export type ApplyOption = (state: LineState, option: ReadOption) => void;
