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

/** Bytes of a library's entry and of one of its versions, at the least. */
const NEEDED_BYTES = 16;

/**
 * The versions that a shared library requires of others, by their number.
 *
 *     library  version 0  count 2  file 4  versions 8  next 12     offsets from its own start
 *     version  hash 0  flags 4  index 6  name 8  next 12
 *
 * @throws MalformedError
 */
export function readNeededVersions(sections: ElfSections, section: ElfSection): Map<number, Uint8Array> {
  const view = sectionBytes(sections, section, 'required versions');
  const strings = readStrings(sections, section.link, namesScratch);
  const names = new Map<number, Uint8Array>();
  // At most as many as fit in the section, so that a cyclic chain ends.
  let left = Math.floor(view.length / NEEDED_BYTES);
  const spend = () => {
    if (left-- <= 0) throw view.error(0, `more versions than fit in ${view.length} bytes`);
  };
  for (let library = 0, isLast = view.length === 0; !isLast; ) {
    spend();
    let at = library + view.u32(library + 8);
    for (let count = view.u16(library + 2); count > 0; count--) {
      spend();
      const start = view.u32(at + 8);
      names.set(view.u16(at + 6), strings.bytes.slice(start, endOfString(strings, start)));
      at += view.u32(at + 12);
    }
    const next = view.u32(library + 12);
    isLast = next === 0;
    library += next;
  }
  return names;
}
