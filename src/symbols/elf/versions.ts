import { Scratch } from '../scratch.js';
import { endOfString } from '../string-table.js';
import { type ElfSection, type ElfSections, readStrings, sectionBytes } from './sections.js';

const namesScratch = new Scratch();

/** Bytes of a definition and of its first name, at the least. */
const DEFINITION_BYTES = 20;

/**
 * The versions that a shared library defines, by their number.
 *
 *     definition  version 0  flags 2  index 4  names 6  hash 8  firstName 12  next 16     offsets from its own start
 *     name        name 0  next 4
 *
 * @throws MalformedError
 */
export function readDefinedVersions(sections: ElfSections, section: ElfSection): Map<number, Uint8Array> {
  const view = sectionBytes(sections, section, 'version definitions');
  const strings = readStrings(sections, section.link, namesScratch);
  const names = new Map<number, Uint8Array>();
  // At most as many as fit in the section, so that a cyclic chain ends.
  const most = Math.floor(view.length / DEFINITION_BYTES);
  for (let at = 0, read = 0; read < most; read++) {
    const index = view.u16(at + 4);
    const start = view.u32(at + view.u32(at + 12));
    names.set(index, strings.bytes.slice(start, endOfString(strings, start)));
    const next = view.u32(at + 16);
    if (next === 0) return names;
    at += next;
  }
  if (most > 0) throw view.error(0, `more than ${most} version definitions in ${view.length} bytes`);
  return names;
}
