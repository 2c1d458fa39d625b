import { SectionUse } from '../problem';
import { SHT_GROUP } from './constants';
import { startsWith } from './section-names';
import { useOfSection } from './section-use';
import { headers, nameIn, sectionCount, sectionNames, typeIn } from './sections';

/** Whether an object has section groups, or sections that are groups by their name. Uses must be known. */
export function hasGroupSections(): bool {
  for (let section = 1; section < sectionCount; section++) {
    const header = headers.at(section);
    if (typeIn(header) === SHT_GROUP) return true;
    // Names of tables have no meaning, and are not checked.
    if (useOfSection[section] === <u8>SectionUse.TABLE) continue;
    if (startsWith(sectionNames.at(nameIn(header)), '.gnu.linkonce.')) return true;
  }
  return false;
}
