import type { MemberId } from '../../symbols/table.js';
import type { Archive, Inputs } from '../inputs/inputs.js';

const CLASS_PREFIX = '_OBJC_CLASS_$_';
const CATEGORIES = '__DATA,__objc_catlist';
const SWIFT = /^__TEXT,__swift/;

/**
 * The members of an archive that -ObjC loads unasked: first those that the index has a class for, in its order, then
 * those with categories or Swift metadata.
 *
 * Source: lld/MachO/Driver.cpp `processFile`, ObjC.cpp `hasObjCSection`; ld64 src/ld/parsers/archive_file.cpp
 * `forEachAtom`.
 */
export function objcMembers(
  { contents, symbols }: Inputs,
  { index, firstMember, stored }: Archive,
): MemberId[] {
  const members = new Set<MemberId>();
  for (const [entry, member] of (index?.member ?? new Int32Array(0)).entries())
    if (member >= 0 && index && symbols.names.text(index.name[entry]).startsWith(CLASS_PREFIX))
      members.add(member);
  for (const { ordinal } of stored.members) {
    const content = contents[firstMember + ordinal];
    const effects = content.kind === 'object' ? content.info.sideEffects : [];
    if (effects.some(({ section }) => section === CATEGORIES || SWIFT.test(section)))
      members.add(firstMember + ordinal);
  }
  return [...members];
}
