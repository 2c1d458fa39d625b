import { append } from '../../bytes/append.js';
import type { ByteSource } from '../../bytes/byte-source.js';
import { stringEntries } from '../side-effect-entries.js';
import { readElfHeader } from './header.js';
import { readSections, sectionAt, sectionBytes, sectionName } from './sections.js';

/** `.comment`: a string for each tool, `GCC: (Debian 12.2.0-14) 12.2.0`, `rustc version 1.95.0 (…)`. */
export function elfProducers(object: ByteSource): readonly string[] {
  const sections = readSections(object, readElfHeader(object));
  const producers: string[] = [];
  for (let index = 1; index < sections.count; index++) {
    const section = sectionAt(sections, index);
    if (sectionName(sections, section) === '.comment')
      append(producers, stringEntries(sectionBytes(sections, section, '.comment').bytes));
  }
  return producers;
}
