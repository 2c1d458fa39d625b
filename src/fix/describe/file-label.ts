import type { LineInput } from '../../link/command/parsed-line.js';
import { nameOf } from '../../link/inputs/archive-name.js';
import type { Inputs } from '../../link/inputs/inputs.js';
import { type MemberId, NONE } from '../../symbols/table.js';

/** As the user wrote it. */
export const inputText = ({ kind, text }: LineInput): string => (kind === 'library' ? `-l${text}` : text);

/** `libfoo.a(bar.o)`, or the path of an object. */
export function fileLabel({ members, archives }: Inputs, member: MemberId): string {
  const { archive, name } = members[member];
  return archive === NONE ? name : `${nameOf({ archives }, archive)}(${name})`;
}
