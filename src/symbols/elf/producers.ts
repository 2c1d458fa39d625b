import { append } from '../../bytes/append.js';
import type { ByteSource } from '../../bytes/byte-source.js';
import { stringEntries } from '../side-effect-entries.js';
import { isString } from '../string-table.js';
import { readElfHeader } from './header.js';
import { nameOffset, readSections, sectionAt, sectionBytes } from './sections.js';

/** `.comment`: a string for each tool, `GCC: (Debian 12.2.0-14) 12.2.0`, `rustc version 1.95.0 (…)`. */
export function elfProducers(object: ByteSource): readonly string[] {
  const sections = readSections(object, readElfHeader(object));
  const producers: string[] = [];
  for (let index = 1; index < sections.count; index++)
    if (isString(sections.names, nameOffset(sections, index), '.comment')) {
      const section = sectionAt(sections, index);
      append(producers, stringEntries(sectionBytes(sections, section, '.comment').bytes));
    }
  return producers;
}
