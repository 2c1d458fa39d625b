import {
  IMAGE_FILE_MACHINE_AMD64,
  IMAGE_FILE_MACHINE_ARM64,
  IMAGE_FILE_MACHINE_ARM64EC,
  IMAGE_FILE_MACHINE_ARM64X,
  IMAGE_FILE_MACHINE_ARMNT,
  IMAGE_FILE_MACHINE_I386,
} from './constants.js';

/** A machine of COFF: its name as a user gives it, and the size of its pointers. */
export interface CoffMachine {
  readonly name: string;
  readonly bits: 32 | 64;
}

const MACHINES: ReadonlyMap<number, CoffMachine> = new Map([
  [IMAGE_FILE_MACHINE_AMD64, { name: 'x86-64', bits: 64 }],
  [IMAGE_FILE_MACHINE_I386, { name: 'i386', bits: 32 }],
  [IMAGE_FILE_MACHINE_ARMNT, { name: 'arm', bits: 32 }],
  [IMAGE_FILE_MACHINE_ARM64, { name: 'arm64', bits: 64 }],
  [IMAGE_FILE_MACHINE_ARM64EC, { name: 'arm64ec', bits: 64 }],
  [IMAGE_FILE_MACHINE_ARM64X, { name: 'arm64x', bits: 64 }],
]);

/** Null for an unsupported machine. */
export const coffMachine = (machine: number): CoffMachine | null => MACHINES.get(machine) ?? null;
