import { EM_386, EM_ARM, EM_X86_64 } from '../../core/elf/constants.js';
import type { ObjectImage } from './object-image.js';

/*
 * Relocation types of data that store the address of a symbol plus an addend, as images number them. Others, of
 * distances among them, do not tell from the addend alone which place they mean.
 */

const EM_PPC64 = 21;
const EM_S390 = 22;
const EM_AARCH64 = 183;
const EM_RISCV = 243;
const EM_LOONGARCH = 258;

/** R_<machine>_64 and _32. */
const ELF_TYPES: Readonly<Record<number, readonly number[]>> = {
  [EM_386]: [1],
  [EM_PPC64]: [1, 38],
  [EM_S390]: [4, 22],
  [EM_ARM]: [2],
  [EM_X86_64]: [1, 10],
  [EM_AARCH64]: [257, 258],
  [EM_RISCV]: [1, 2],
  [EM_LOONGARCH]: [1, 2],
};

const COFF_TYPES: Readonly<Record<string, readonly number[]>> = {
  // ADDR64, ADDR32
  '0x8664': [1, 2],
  // DIR32
  '0x14c': [6],
  // ADDR32, ADDR64
  '0xaa64': [1, 14],
  // ADDR32
  '0x1c4': [1],
};

/** Of WebAssembly: TABLE_INDEX_I32 and _I64, MEMORY_ADDR_I32 and _I64. */
const WASM_TYPES: readonly number[] = [2, 19, 5, 16];
/** UNSIGNED of Mach-O with 4 and 8 bytes, to a section and to a symbol. */
const MACHO_TYPES: readonly number[] = [0x80, 0x100, 0x280, 0x300];

const elfAddressTypes = (machine: number): ReadonlySet<number> => new Set(ELF_TYPES[machine] ?? []);

export function addressTypesOf({ attributes }: Pick<ObjectImage, 'attributes'>): ReadonlySet<number> {
  for (const attribute of attributes) {
    const [kind, machine, bits] = attribute.split(' ');
    if (kind === 'cpu') return new Set(MACHO_TYPES);
    if (kind === 'machine')
      return bits === undefined ? new Set(COFF_TYPES[machine] ?? []) : elfAddressTypes(Number(machine));
  }
  return new Set(WASM_TYPES);
}
