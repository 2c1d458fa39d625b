import { SectionUse } from '../problem';
import { SHT_GROUP } from './constants';
import { LINKONCE_SECTIONS, SECTION_GROUPS } from './group-kinds';
import { startsWith } from './section-names';
import { useOfSection } from './section-use';
import { headers, nameIn, sectionCount, sectionNames, typeIn } from './sections';

/** Bits for section groups, and for sections that are groups by their name. Uses must be known. */
export function groupKinds(): i32 {
  let kinds = 0;
  for (let section = 1; section < sectionCount; section++) {
    const header = headers.at(section);
    if (typeIn(header) === SHT_GROUP) kinds |= SECTION_GROUPS;
    // Names of tables have no meaning, and are not checked.
    if (useOfSection[section] === <u8>SectionUse.TABLE) continue;
    if (startsWith(sectionNames.at(nameIn(header)), '.gnu.linkonce.')) kinds |= LINKONCE_SECTIONS;
  }
  return kinds;
}
