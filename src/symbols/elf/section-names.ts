import type { ByteSource } from '../../bytes/byte-source.js';
import { SHF_ALLOC } from '../../core/elf/constants.js';
import { readElfHeader } from './header.js';
import { readSections, sectionAt, sectionName } from './sections.js';

/** Names of the sections of an object that are loaded and not empty. */
export function loadedSectionNames(object: ByteSource): string[] {
  const sections = readSections(object, readElfHeader(object));
  const names = new Set<string>();
  for (let index = 1; index < sections.count; index++) {
    const section = sectionAt(sections, index);
    if ((section.flags & SHF_ALLOC) !== 0 && section.size > 0) names.add(sectionName(sections, section));
  }
  return [...names];
}
