import type { ByteSource } from '../../bytes/byte-source.js';
import type { ObjectFormat, ObjectInfo } from '../object-format.js';
import type { SymbolSink } from '../table.js';
import { refuseSlimLto } from './gcc-lto.js';
import { readGroups } from './groups.js';
import { readElfHeader, refuseOtherThanObjects } from './header.js';
import { elfMachine } from './machine.js';
import { type ElfSections, readSections, sectionAt } from './sections.js';
import { readSideEffects, readTraits } from './side-effects.js';
import { type ElfSurvey, survey } from './survey.js';
import { readSymbols } from './symbols.js';
import { readSymbolTable } from './symtab.js';

/**
 * ELF relocatable objects of either class and byte order: gABI chapters 4 and 5, LLVM's extensions (`SHT_LLVM_*`),
 * GNU's (`STB_GNU_UNIQUE`, linkonce sections). Read are the headers, the symbol table, the strings, groups, and the
 * few sections that act by being there; never code or debug information, which are nearly all of an archive.
 */
export const elf: ObjectFormat = {
  id: 'elf',
  matches: (head) => head[0] === 0x7f && head[1] === 0x45 && head[2] === 0x4c && head[3] === 0x46,
  readObject,
};

function readObject(object: ByteSource, out: SymbolSink): ObjectInfo {
  const header = readElfHeader(object);
  refuseOtherThanObjects(header);
  const sections = readSections(object, header);
  const found = survey(sections);
  const table = readSymbolTable(sections, found);
  if (found.hasGccLto) refuseSlimLto(table);
  const groupOf = readGroups(sections, found, table, out);
  if (table !== null) readSymbols(sections, found, table, groupOf, out);
  return {
    format: 'elf',
    machine: elfMachine(header),
    bits: header.bits,
    littleEndian: header.littleEndian,
    sideEffects: readSideEffects(sections, found, table),
    traits: readTraits(sections, found),
    bitcode: embeddedBitcode(sections, found),
    isRecompiled: found.hasGccLto || found.hasLlvmLto,
    notIndexed: [],
  };
}

/** clang's `-fembed-bitcode-marker` leaves one byte, which says that there might have been bitcode. */
function embeddedBitcode(sections: ElfSections, { bitcode }: ElfSurvey): ObjectInfo['bitcode'] {
  if (bitcode === 0) return null;
  const section = sectionAt(sections, bitcode);
  // Asks for no bytes: it checks that the range lies within the object.
  sections.object.slice(section.offset, section.size, 'embedded bitcode');
  return section.size > 1 ? { offset: section.offset, size: section.size } : null;
}
