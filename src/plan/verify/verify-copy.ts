import { equalBytes } from '../../bytes/equal-bytes.js';
import { cName } from '../../link/inputs/c-names.js';
import type { Inputs } from '../../link/inputs/inputs.js';
import { originOf, roleOf, unitKey } from '../../origin/origin.js';
import { moduleHash } from '../../symbols/bitcode/module-hash.js';
import { isDefined, isReference, isWeak } from '../../symbols/flags.js';
import { mergedParts } from '../../symbols/image/comdat-digest.js';
import { dataImageOf } from '../../symbols/image/data-image.js';
import { dataOf } from '../../symbols/image/image-data.js';
import {
  firstDifference,
  haveSameAddressSignificance,
  withoutComdats,
} from '../../symbols/image/image-parts.js';
import type { ObjectImage } from '../../symbols/image/object-image.js';
import { readImage, readOrNull } from '../../symbols/image/read-image.js';
import { namesOfSameData } from '../../symbols/image/same-data.js';
import type { ObjectFormatId } from '../../symbols/object-format.js';
import { type MemberId, NONE, type SymbolId } from '../../symbols/table.js';
import { dataNames } from '../twins/equal-data.js';

/**
 * `rewritten`: by hashes of content the same unit, with different bytes, so its symbols are compared; `named`: the same
 * unit only by names, so the values of data are compared, too.
 */
export type Likeness = 'equal' | 'rewritten' | 'named' | { readonly problem: string };

export type CopyCheck = (one: MemberId, other: MemberId) => Likeness;

/**
 * Returns a check of whether one original member may replace another. Results are cached: thousands of names need the
 * same pair.
 */
export function copyCheck(inputs: Inputs): CopyCheck {
  const known = new Map<string, Likeness>();
  return (one, other) => {
    const key = `${one} ${other}`;
    const answer = known.get(key) ?? compare(inputs, one, other);
    known.set(key, answer);
    return answer;
  };
}

function compare(inputs: Inputs, one: MemberId, other: MemberId): Likeness {
  const [a, b] = [inputs.members[one], inputs.members[other]];
  if (equalBytes(a.source, b.source)) return 'equal';
  if (isSameImage(inputs, one, other)) return 'equal';
  const role = ownRole(inputs, one);
  if (role !== null && role === ownRole(inputs, other)) return 'equal';
  const [origin, otherOrigin] = [originOf(a.name), originOf(b.name)];
  if (!origin || !otherOrigin || unitKey(origin) !== unitKey(otherOrigin))
    return { problem: 'which is not a copy of it' };
  const [hashes, otherHashes] = [contentHashes(inputs, one), contentHashes(inputs, other)];
  if (hashes.length > 0 && otherHashes.length > 0)
    return hashes.some((hash) => otherHashes.includes(hash))
      ? 'rewritten'
      : { problem: 'which has the same name and different content' };
  if (!origin.isRewritten && !otherOrigin.isRewritten)
    return { problem: 'which has different bytes although neither was rewritten' };
  return 'named';
}

/** Reads both objects completely and compares their images part by part, not by a digest that the planner used. */
function isSameImage({ members, contents, symbols }: Inputs, one: MemberId, other: MemberId): boolean {
  const [content, otherContent] = [contents[one], contents[other]];
  if (content.kind !== 'object' || otherContent.kind !== 'object') return false;
  const isSame = readOrNull(() => {
    const image = readImage(members[one].source, content.info.format);
    const isLost = (member: MemberId) =>
      symbols.groups.some((group) => group.selection === 'lost' && group.member === member);
    const whole = readImage(members[other].source, otherContent.info.format);
    // A complete copy may replace a stripped one, not the other way round.
    const otherImage = isLost(one) && !isLost(other) ? withoutComdats(whole) : whole;
    return firstDifference(image, otherImage) === null && haveSameAddressSignificance(image, otherImage);
  });
  return isSame ?? false;
}

/**
 * Whether a mergeable definition is equal in both members, which are read again and compared part by part.
 * @param key signature of a COMDAT group, as the objects spell it; of Mach-O the name of a weak symbol
 */
export function haveEqualGroup(inputs: Inputs, one: MemberId, other: MemberId, key: string): boolean {
  const [mine, its] = [one, other].map((member) =>
    readWhole(inputs, member, (image, format) => mergedParts(image, format).get(key)),
  );
  if (mine === undefined || its === undefined || mine.length !== its.length) return false;
  return mine.every((part, at) => isEqualPart(part, its[at]));
}

/** Whether linkers merge two definitions of the same inputs, and what they merge is the same in both members. */
export function areInEqualGroups(inputs: Inputs, one: SymbolId, other: SymbolId): boolean {
  const { member, flags, group, groups, names, name } = inputs.symbols;
  const isEqual = (key: string) => haveEqualGroup(inputs, member[one], member[other], key);
  if (inputs.format === 'macho')
    return isWeak(flags[one]) && isWeak(flags[other]) && isEqual(names.text(name[one]));
  if (group[one] === NONE || group[other] === NONE) return false;
  const [signature, its] = [one, other].map((symbol) => names.text(groups[group[symbol]].signature));
  return signature === its && isEqual(signature);
}

/** Whether two members define a name, as the objects spell it, with the same data. */
export type DataCheck = (one: MemberId, other: MemberId, text: string) => boolean;

/**
 * Returns a check that reads both objects again. Data of an object that cannot be read is not the same. A pair is read
 * once, for all its names and all links.
 */
export function dataCheck(inputs: Inputs): DataCheck {
  const pairs = new Map<string, ReadonlySet<string>>();
  return (one, other, text) => {
    const key = `${one} ${other}`;
    const same = pairs.get(key) ?? sameDataOf(inputs, one, other);
    pairs.set(key, same);
    return same.has(text);
  };
}

function sameDataOf(inputs: Inputs, one: MemberId, other: MemberId): ReadonlySet<string> {
  const [mine, its] = [one, other].map((member) =>
    readWhole(inputs, member, (image, format) => dataOf(dataImageOf(image, format))),
  );
  if (mine === undefined || its === undefined) return new Set();
  const same = readOrNull(() => namesOfSameData(mine, its, dataNames(inputs.symbols, one)));
  return same ?? new Set();
}

/** Undefined for a member that is not an object, or cannot be read. */
function readWhole<Result>(
  { contents, members }: Inputs,
  member: MemberId,
  use: (image: ObjectImage, format: ObjectFormatId) => Result,
): Result | undefined {
  const content = contents[member];
  if (content.kind !== 'object') return undefined;
  const { format } = content.info;
  return readOrNull(() => use(readImage(members[member].source, format), format)) ?? undefined;
}

/** The role of a member in its runtime, by all names that it defines and references. */
function ownRole(inputs: Inputs, member: MemberId): string | null {
  const { firstSymbol, flags, name } = inputs.symbols;
  const namesWith = (has: (flag: number) => boolean): string[] => {
    const found: string[] = [];
    for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++)
      if (has(flags[symbol])) found.push(cName(inputs, name[symbol]));
    return found;
  };
  return roleOf(namesWith(isDefined), namesWith(isReference));
}

/** Hashes of a member's own content: after `.llvm.` in its names, and in its bitcode. */
function contentHashes(inputs: Inputs, member: MemberId): string[] {
  const { firstSymbol, flags, name, names } = inputs.symbols;
  const hashes: string[] = [];
  for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++) {
    if (!isDefined(flags[symbol])) continue;
    const [, hash] = names.text(name[symbol]).split(/\.llvm\.(?=\d+$)/);
    if (hash !== undefined) hashes.push(hash);
  }
  const content = inputs.contents[member];
  if (hashes.length > 0 || content.kind !== 'object' || !content.info.bitcode) return hashes;
  const { offset, size } = content.info.bitcode;
  return moduleHash(inputs.members[member].source, offset, size);
}

function isEqualPart(one: string | Uint8Array, other: string | Uint8Array): boolean {
  if (typeof one === 'string' || typeof other === 'string') return one === other;
  return Buffer.compare(one, other) === 0;
}
