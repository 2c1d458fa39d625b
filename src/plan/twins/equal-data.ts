import type { Inputs } from '../../link/inputs/inputs.js';
import { type FactKind, factOf, isTextList } from '../../link/inputs/member-facts.js';
import { isCallable } from '../../symbols/flags.js';
import type { DataImage } from '../../symbols/image/data-image.js';
import { dataOf } from '../../symbols/image/image-data.js';
import { readDataImage, readOrNull } from '../../symbols/image/read-image.js';
import { namesOfSameData } from '../../symbols/image/same-data.js';
import type { MemberId, SymbolId, SymbolTable } from '../../symbols/table.js';

/** Whether two definitions of one name, which are not functions, hold the same at the start of the program. */
export type HaveEqualData = (one: SymbolId, other: SymbolId) => boolean;

const NO_NAMES: ReadonlySet<string> = new Set();

/**
 * Compares data of units of which only the names agree. A pair of members is read once, for all its names. What cannot
 * be read, or has no content that is known here, is not equal.
 */
export function equalData(inputs: Inputs): HaveEqualData {
  const { member, name, names } = inputs.symbols;
  const pairs = new Map<string, ReadonlySet<string>>();
  return (one, other) => {
    const key = `${member[one]} ${member[other]}`;
    const same = pairs.get(key) ?? comparePair(inputs, member[one], member[other]);
    pairs.set(key, same);
    return same.has(names.text(name[one]));
  };
}

/** Names of the data that two members both have, with the same value. */
const EQUAL_DATA: FactKind<readonly string[]> = { name: 'equal-data', isValid: isTextList };

function comparePair(inputs: Inputs, one: MemberId, other: MemberId): ReadonlySet<string> {
  const members = [inputs.members[one], inputs.members[other]];
  return new Set(factOf(EQUAL_DATA, members, () => [...readPair(inputs, one, other)]));
}

function readPair(inputs: Inputs, one: MemberId, other: MemberId): ReadonlySet<string> {
  const same = readOrNull(() => {
    const [mine, its] = [readData(inputs, one), readData(inputs, other)];
    if (mine === null || its === null) return NO_NAMES;
    return namesOfSameData(dataOf(mine), dataOf(its), dataNames(inputs.symbols, one));
  });
  return same ?? NO_NAMES;
}

function readData({ members, contents }: Inputs, member: MemberId): DataImage | null {
  const content = contents[member];
  return content.kind === 'object' ? readDataImage(members[member].source, content.info.format) : null;
}

/** Names of a member's rows that are not functions. */
export function* dataNames(
  { firstSymbol, flags, name, names }: SymbolTable,
  member: MemberId,
): Generator<string> {
  for (let row = firstSymbol[member]; row < firstSymbol[member + 1]; row++)
    if (!isCallable(flags[row])) yield names.text(name[row]);
}
