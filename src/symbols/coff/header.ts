import type { ByteSource } from '../../bytes/byte-source.js';
import type { ByteView } from '../../bytes/byte-view.js';
import { UnreadableError } from '../object-format.js';
import { IMAGE_FILE_EXECUTABLE_IMAGE } from './constants.js';
import { type CoffMachine, coffMachine } from './machine.js';

/**
 * The file header: regular (20 bytes), or of a *bigobj* (56 bytes), which can have 2³¹ sections.
 *
 *     regular  Machine 0 (u16)  NumberOfSections 2 (u16)  PointerToSymbolTable 8  NumberOfSymbols 12
 *              SizeOfOptionalHeader 16 (u16)  Characteristics 18 (u16)
 *     bigobj   Sig1 0 (u16) 0  Sig2 2 (u16) 0xFFFF  Version 4 (u16)  Machine 6 (u16)  ClassID 12 (16 bytes)
 *              NumberOfSections 44  PointerToSymbolTable 48  NumberOfSymbols 52
 */
export interface CoffHeader {
  readonly isBigObj: boolean;
  readonly machineNumber: number;
  readonly machine: CoffMachine;
  readonly sectionsOffset: number;
  readonly sectionCount: number;
  readonly symbolsOffset: number;
  readonly symbolCount: number;
}

const REGULAR_BYTES = 20;
const BIGOBJ_BYTES = 56;
const BIGOBJ_CLASS_ID = 'c7a1bad1eebaa94baf20faf66aa4dcb8';
/** Class id of `cl /GL` objects: the compiler's own intermediate code, which only link.exe can read. */
const CL_GL_CLASS_ID = '38feb30ca5d9ab4dac9bd6b6222653c2';

/** Whether Sig1 is 0 and Sig2 0xFFFF: bigobj, `/GL` code and import library members, but not regular objects. */
export const isAnonymous = (head: Uint8Array): boolean =>
  head.length >= 20 && head[0] === 0 && head[1] === 0 && head[2] === 0xff && head[3] === 0xff;

const u16 = (bytes: Uint8Array, at: number): number => bytes[at] | (bytes[at + 1] << 8);

/**
 * COFF has no magic number. The machine, the missing optional header and the missing mark of an executable tell an
 * object; that its tables lie within the file is checked when they are read.
 */
export function isCoff(head: Uint8Array): boolean {
  if (isAnonymous(head)) return u16(head, 4) > 0 && (coffMachine(u16(head, 6)) !== null || hasClassId(head));
  if (head.length < REGULAR_BYTES || coffMachine(u16(head, 0)) === null) return false;
  return u16(head, 16) === 0 && (u16(head, 18) & IMAGE_FILE_EXECUTABLE_IMAGE) === 0;
}

const classIdOf = (head: Uint8Array): string => Buffer.from(head.subarray(12, 28)).toString('hex');
const hasClassId = (head: Uint8Array): boolean => [BIGOBJ_CLASS_ID, CL_GL_CLASS_ID].includes(classIdOf(head));

/** @throws UnreadableError for anonymous objects that are no bigobj */
export function readCoffHeader(object: ByteSource): CoffHeader {
  const start = object.viewUpTo(0, BIGOBJ_BYTES, 'COFF header');
  return isAnonymous(start.bytes) ? readBigObj(start) : readRegular(start);
}

function readRegular(view: ByteView): CoffHeader {
  return {
    isBigObj: false,
    ...readMachine(view, 0),
    sectionsOffset: REGULAR_BYTES,
    sectionCount: view.u16(2),
    symbolsOffset: view.u32(8),
    symbolCount: view.u32(12),
  };
}

function readBigObj(view: ByteView): CoffHeader {
  if (view.length < 28) throw view.error(0, `anonymous object of ${view.length} bytes`);
  const classId = classIdOf(view.bytes);
  if (classId === CL_GL_CLASS_ID)
    throw new UnreadableError('link-time code of MSVC (/GL) without native code');
  if (classId !== BIGOBJ_CLASS_ID)
    throw new UnreadableError(`an anonymous COFF object of unknown class ${classId}`);
  return {
    isBigObj: true,
    ...readMachine(view, 6),
    sectionsOffset: BIGOBJ_BYTES,
    sectionCount: view.u32(44),
    symbolsOffset: view.u32(48),
    symbolCount: view.u32(52),
  };
}

function readMachine(view: ByteView, at: number): { machineNumber: number; machine: CoffMachine } {
  const machineNumber = view.u16(at);
  const machine = coffMachine(machineNumber);
  if (machine === null)
    throw new UnreadableError(`a COFF object for machine 0x${machineNumber.toString(16)}`);
  return { machineNumber, machine };
}
