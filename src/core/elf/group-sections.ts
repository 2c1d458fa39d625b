import { SHT_GROUP } from './constants';
import { startsWith } from './section-names';
import { headers, nameIn, sectionCount, sectionNames, typeIn } from './sections';

/** Whether an object has section groups, or sections that are groups by their name. Names must be checked. */
export function hasGroupSections(): bool {
  for (let section = 1; section < sectionCount; section++) {
    const header = headers.at(section);
    if (typeIn(header) === SHT_GROUP) return true;
    if (startsWith(sectionNames.at(nameIn(header)), '.gnu.linkonce.')) return true;
  }
  return false;
}
