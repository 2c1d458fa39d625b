import type { ByteSource } from '../../bytes/byte-source.js';
import type { ObjectFormat, ObjectInfo } from '../object-format.js';
import type { SymbolSink } from '../table.js';
import { type MachoSection, readCommands } from './commands.js';
import { MH_MAGIC, MH_MAGIC_64 } from './constants.js';
import { readObjectHeader } from './header.js';
import { readSideEffects } from './side-effects.js';
import { readSymbols } from './symbols.js';
import { readSymbolTable } from './symtab.js';

/**
 * Mach-O objects (MH_OBJECT) of either size and byte order: mach-o/loader.h, mach-o/nlist.h. Universal files are
 * cut into slices before. Weak definitions are coalesced one by one, so there are no groups.
 */
export const macho: ObjectFormat = { id: 'macho', matches, readObject };

function matches(head: Uint8Array): boolean {
  if (head.length < 4) return false;
  const data = new DataView(head.buffer, head.byteOffset, head.byteLength);
  return [true, false].some((littleEndian) => {
    const magic = data.getUint32(0, littleEndian);
    return magic === MH_MAGIC || magic === MH_MAGIC_64;
  });
}

function readObject(object: ByteSource, out: SymbolSink): ObjectInfo {
  const header = readObjectHeader(object);
  const commands = readCommands(header);
  const table = commands.symtab === null ? null : readSymbolTable(object, header, commands.symtab);
  const notIndexed = table === null ? [] : readSymbols(object, table, commands.sections, out);
  return {
    format: 'macho',
    machine: header.machine,
    bits: header.bits,
    littleEndian: header.littleEndian,
    sideEffects: readSideEffects(object, header, commands, table),
    bitcode: embeddedBitcode(object, commands.sections),
    isRecompiled: false,
    notIndexed,
  };
}

/** A section of one byte is `-fembed-bitcode-marker`: there might have been bitcode. */
function embeddedBitcode(object: ByteSource, sections: readonly MachoSection[]): ObjectInfo['bitcode'] {
  const section = sections.find(({ segment, name }) => segment === '__LLVM' && name === '__bitcode');
  if (section === undefined || section.size <= 1) return null;
  // Reads no bytes: checks that the range lies within the object.
  object.slice(section.offset, section.size, object.label);
  return { offset: section.offset, size: section.size };
}
