import { createHash } from 'node:crypto';
import { MalformedError } from '../../bytes/malformed-error.js';
import type { Inputs } from '../../link/inputs/inputs.js';
import {
  type DataContent,
  dataContents,
  haveEqualSlots,
  namesOfContent,
} from '../../symbols/image/data-content.js';
import { readImage } from '../../symbols/image/read-image.js';
import { UnreadableError } from '../../symbols/object-format.js';
import type { MemberId, SymbolId } from '../../symbols/table.js';

/** Whether two definitions outside of code hold the same at the start of the program. */
export type HaveEqualData = (one: SymbolId, other: SymbolId) => boolean;

/** A content of which the bytes are held as a digest. */
interface HeldContent extends DataContent {
  readonly digest: string;
}

type Contents = ReadonlyMap<string, HeldContent>;
const NO_CONTENTS: Contents = new Map();
const NO_BYTES = new Uint8Array(0);

/**
 * Compares data of units of which only the names agree. Each object that a question is about is read once. What cannot
 * be read, or has no content that is known here, is not equal.
 */
export function equalData(inputs: Inputs): HaveEqualData {
  const known = new Map<MemberId, Contents>();
  const contentsOf = (member: MemberId): Contents => {
    const contents = known.get(member) ?? readContents(inputs, member);
    known.set(member, contents);
    return contents;
  };
  const { member, name, names } = inputs.symbols;
  return (one, other) => {
    const [mine, its] = [one, other].map((symbol) => contentsOf(member[symbol]));
    const [own, ...further] = namesOfContent(names.text(name[one]));
    if (!mine.has(own)) return false;
    return [own, ...further].every((text) => areEqual(mine.get(text), its.get(text)));
  };
}

function areEqual(one: HeldContent | undefined, other: HeldContent | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return one.size === other.size && one.digest === other.digest && haveEqualSlots(one, other);
}

function readContents({ members, contents }: Inputs, member: MemberId): Contents {
  const content = contents[member];
  if (content.kind !== 'object') return NO_CONTENTS;
  try {
    const held = new Map<string, HeldContent>();
    for (const [name, { bytes, ...rest }] of dataContents(
      readImage(members[member].source, content.info.format),
    ))
      held.set(name, {
        ...rest,
        bytes: NO_BYTES,
        digest: createHash('sha256').update(bytes).digest('base64'),
      });
    return held;
  } catch (error) {
    if (error instanceof UnreadableError || error instanceof MalformedError) return NO_CONTENTS;
    throw error;
  }
}
