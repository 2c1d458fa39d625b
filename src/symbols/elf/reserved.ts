import {
  EM_386,
  EM_AMDGPU,
  EM_HEXAGON,
  EM_IA_64,
  EM_MIPS,
  EM_X86_64,
  SHN_ABS,
  SHN_COMMON,
} from '../../core/elf/constants.js';
import { ReservedMeaning } from '../../core/problem.js';
import { UnreadableError } from '../object-format.js';

/** Meaning of a reserved section index (SHN_LORESERVE and above) in a symbol. */
export type ReservedIndex = 'absolute' | 'common' | 'undefined' | 'defined';

/** e_machine → section indexes from SHN_LOPROC on, as its processor supplement defines them. */
const PROCESSOR_SPECIFIC: Record<number, Record<number, ReservedIndex>> = {
  // SHN_MIPS_ACOMMON (allocated: it has an address), _TEXT, _DATA, _SCOMMON, _SUNDEFINED
  [EM_MIPS]: { 65280: 'defined', 65281: 'defined', 65282: 'defined', 65283: 'common', 65284: 'undefined' },
  // SHN_IA_64_ANSI_COMMON
  [EM_IA_64]: { 65280: 'common' },
  // SHN_X86_64_LCOMMON: commons of the large code model
  [EM_X86_64]: { 65282: 'common' },
  [EM_386]: { 65282: 'common' },
  // SHN_HEXAGON_SCOMMON, and one for each access size
  [EM_HEXAGON]: { 65280: 'common', 65281: 'common', 65282: 'common', 65283: 'common', 65284: 'common' },
  // SHN_AMDGPU_LDS
  [EM_AMDGPU]: { 65280: 'common' },
};

/** @throws UnreadableError for an unknown index, which may mean a definition or a reference */
export function reservedIndex(machine: number, index: number): ReservedIndex {
  if (index === SHN_ABS) return 'absolute';
  if (index === SHN_COMMON) return 'common';
  const meaning = PROCESSOR_SPECIFIC[machine]?.[index];
  if (meaning === undefined) {
    throw new UnreadableError(
      `a symbol with section index 0x${index.toString(16)}, unknown for ELF machine ${machine}`,
    );
  }
  return meaning;
}

const MEANINGS: Record<ReservedIndex, ReservedMeaning> = {
  absolute: ReservedMeaning.ABSOLUTE,
  common: ReservedMeaning.COMMON,
  undefined: ReservedMeaning.UNDEFINED,
  defined: ReservedMeaning.DEFINED,
};

/** The same as the core numbers it. @throws UnreadableError */
export const reservedMeaning = (machine: number, index: number): ReservedMeaning =>
  MEANINGS[reservedIndex(machine, index)];
