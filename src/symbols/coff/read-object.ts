import type { ByteSource } from '../../bytes/byte-source.js';
import { type ObjectFormat, type ObjectInfo, UnreadableError } from '../object-format.js';
import type { SymbolSink } from '../table.js';
import { readComdats } from './comdats.js';
import { directivesEffect, readDirectives } from './directives.js';
import { isCoff, readCoffHeader } from './header.js';
import { type CoffSections, readSections } from './sections.js';
import { readSideEffects } from './side-effects.js';
import { type CoffSurvey, survey } from './survey.js';
import { readSymbols } from './symbols.js';
import { auxCountOf, readSymbolTable, symbolName } from './symtab.js';

/**
 * COFF objects for Windows, regular and bigobj: Microsoft's "PE Format", with what LLVM and GNU tools make of it. Read
 * are the headers, the symbol table, the strings, and the few sections that act by being there.
 */
export const coff: ObjectFormat = {
  id: 'coff',
  matches: isCoff,
  readObject,
};

function readObject(object: ByteSource, out: SymbolSink): ObjectInfo {
  const header = readCoffHeader(object);
  const table = readSymbolTable(object, header);
  const sections = readSections(object, header, table);
  const found = survey(sections);
  if (found.hasGccLto) refuseSlimLto(sections);
  const directives = readDirectives(sections, found);
  const groupOf = found.hasComdats ? readComdats(sections, table, out) : null;
  const notIndexed = readSymbols({ header, sections, survey: found, directives, groupOf, out });
  return {
    format: 'coff',
    machine: header.machine.name,
    bits: header.machine.bits,
    littleEndian: true,
    sideEffects: [...readSideEffects(sections, header, found), ...directivesEffect(directives)],
    bitcode: embeddedBitcode(sections, found),
    isRecompiled: found.hasGccLto,
    notIndexed,
  };
}

/** GCC's *slim* objects hold its intermediate code alone, and say so with a common `__gnu_lto_slim`. */
function refuseSlimLto({ table }: CoffSections): void {
  for (let symbol = 0; symbol < table.count; symbol += 1 + auxCountOf(table, symbol)) {
    if (/^__?__?gnu_lto_slim$/.test(symbolName(table, symbol)))
      throw new UnreadableError('GCC LTO intermediate code without native code (__gnu_lto_slim)');
  }
}

function embeddedBitcode({ object }: CoffSections, { bitcode }: CoffSurvey): ObjectInfo['bitcode'] {
  if (bitcode === null) return null;
  // Reads no bytes: checks that the range lies within the object.
  object.slice(bitcode.dataOffset, bitcode.size, 'embedded bitcode');
  return bitcode.size > 1 ? { offset: bitcode.dataOffset, size: bitcode.size } : null;
}
