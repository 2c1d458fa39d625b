import type { ByteSource } from '../../bytes/byte-source.js';
import { EM_SPARC, EM_SPARC32PLUS, EM_SPARCV9, STT_LOPROC } from '../../core/elf/constants.js';
import type { Core } from '../../engine/core.js';
import type { ObjectFormat, ObjectInfo } from '../object-format.js';
import { replayRows } from '../replay-rows.js';
import type { SymbolSink } from '../table.js';
import { type ElfHeader, readElfHeader, refuseOtherThanObjects } from './header.js';
import { elfMachine } from './machine.js';
import { readWithCore } from './open-in-core.js';
import { actingSections, attributeSections, relocationSections } from './roles.js';
import { coreForOneObject } from './scratch.js';
import { readSideEffects, readTraits } from './side-effects.js';
import { tablesInCore } from './tables-in-core.js';

/**
 * ELF relocatable objects of either class and byte order: gABI chapters 4 and 5, LLVM's extensions (`SHT_LLVM_*`),
 * GNU's (`STB_GNU_UNIQUE`, linkonce sections). It reads headers, the symbol table, strings, groups, and the few
 * sections with side effects, but neither code nor debug information, which are most of an archive. The loops over
 * sections and symbols are in the core: src/core/elf.
 */
export const elf: ObjectFormat = {
  id: 'elf',
  matches: (head) => head[0] === 0x7f && head[1] === 0x45 && head[2] === 0x4c && head[3] === 0x46,
  readObject,
};

function readObject(object: ByteSource, out: SymbolSink): ObjectInfo {
  if (out.core !== undefined) return readInto(out.core, object);
  const core = coreForOneObject();
  const info = readInto(core, object);
  replayRows(core, out);
  return info;
}

/** Properties of an object without its symbols. @throws MalformedError, UnreadableError */
export const readObjectInfo = (object: ByteSource): ObjectInfo => readInto(coreForOneObject(), object);

function readInto(core: Core, object: ByteSource): ObjectInfo {
  const header = readElfHeader(object);
  refuseOtherThanObjects(header);
  const { bits, littleEndian, machine, sectionsOffset, sectionCount, sectionNames } = header;
  return readWithCore(core, object, header, ({ readElfObject }) => {
    readElfObject(
      object.size,
      bits === 64,
      !littleEndian,
      sectionsOffset,
      sectionCount,
      sectionNames,
      isSparc(machine) ? STT_LOPROC : -1,
    );
    return infoOf(core, object, header);
  });
}

/** SPARC's STT_REGISTER: a claim on a register, which binds nothing. */
const isSparc = (machine: number): boolean =>
  machine === EM_SPARC || machine === EM_SPARC32PLUS || machine === EM_SPARCV9;

/**
 * Properties of the object that was read last, whose tables are in the core.
 * @throws MalformedError, UnreadableError
 */
export const readInfo = (core: Core, object: ByteSource, header: ElfHeader): ObjectInfo =>
  readWithCore(core, object, header, () => infoOf(core, object, header));

function infoOf(core: Core, object: ByteSource, header: ElfHeader): ObjectInfo {
  const { exports } = core;
  const bitcodeSize = exports.elfBitcodeSize();
  return {
    format: 'elf',
    machine: elfMachine(header),
    bits: header.bits,
    littleEndian: header.littleEndian,
    sideEffects: sideEffectsOf(core, object, header),
    traits: readTraits(object, header, exports.elfStackFlags(), attributeSections(exports)),
    bitcode: bitcodeSize > 0 ? { offset: exports.elfBitcodeOffset(), size: bitcodeSize } : null,
    isRecompiled: exports.elfIsRecompiled() !== 0,
    notIndexed: [],
  };
}

function sideEffectsOf(core: Core, object: ByteSource, header: ElfHeader): ObjectInfo['sideEffects'] {
  const acting = actingSections(core.exports);
  if (acting.length === 0) return [];
  return readSideEffects(tablesInCore(core, object, header), acting, relocationSections(core.exports));
}
