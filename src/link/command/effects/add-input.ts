import type { LineState } from '../line-state.js';
import type { LineInput } from '../parsed-line.js';
import type { Token } from '../tokens.js';

interface InputDetails {
  /** The option's own token, where its value is another. */
  readonly option?: Token | null;
  readonly whole?: boolean;
  readonly prefix?: string;
  readonly isHidden?: boolean;
}

/** Adds an input with the modes that apply at its position. */
export function addInput(
  state: LineState,
  kind: LineInput['kind'],
  text: string,
  from: Token,
  { option = null, whole = state.modes.whole, prefix = '', isHidden = false }: InputDetails = {},
): void {
  state.inputs.push({
    kind,
    text,
    prefix,
    isHidden,
    whole,
    group: state.openGroup,
    library: state.openLibrary,
    asNeeded: state.modes.asNeeded,
    isStatic: state.modes.isStatic,
    place: { argument: from.argument, part: from.part },
    optionPlace: option && { argument: option.argument, part: option.part },
  });
}
