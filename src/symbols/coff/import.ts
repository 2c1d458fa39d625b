import type { ByteSource } from '../../bytes/byte-source.js';
import { DATA, DEFINITION, FUNCTION, IMPORTED } from '../flags.js';
import { type ObjectFormat, type ObjectInfo, type SideEffect, UnreadableError } from '../object-format.js';
import { NONE, type SymbolSink } from '../table.js';
import { isAnonymous } from './header.js';
import { coffMachine } from './machine.js';

const HEADER_BYTES = 20;
/** Bits 0–1 of Type. */
const IMPORT_CODE = 0;
const IMPORT_DATA = 1;
const IMPORT_CONST = 2;

/**
 * A member of an import library in its short form ("Import Library Format" of Microsoft's "PE Format"): not an object,
 * but the data from which a linker makes one.
 *
 *     Sig1 0 (u16) 0   Sig2 2 (u16) 0xFFFF   Version 4 (u16) 0   Machine 6 (u16)   SizeOfData 12   Type 18 (u16)
 *     then  symbol NUL  dll NUL  [ name in the dll NUL, for IMPORT_NAME_EXPORTAS ]
 *
 * It defines `__imp_symbol`, the pointer that the loader fills in, and for code `symbol` too, a jump through it. Two
 * libraries may import one name from two DLLs: such members are never taken for one another, for which their format
 * id is the mark.
 */
export const coffImport: ObjectFormat = {
  id: 'coff-import',
  matches: (head) =>
    isAnonymous(head) && head[4] === 0 && head[5] === 0 && coffMachine(head[6] | (head[7] << 8)) !== null,
  readObject,
};

/** The import that a member describes. */
export interface CoffImport {
  /** As the program names it. */
  readonly symbol: string;
  readonly dll: string;
}

/** @throws MalformedError if it is not an import member */
export function readImport(object: ByteSource): CoffImport {
  const header = object.view(0, HEADER_BYTES, 'import header');
  const strings = object.view(HEADER_BYTES, header.u32(12), 'import names');
  const symbol = strings.cString(0);
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
  return { symbol: text(symbol), dll: text(strings.cString(symbol.length + 1)) };
}

function readObject(object: ByteSource, out: SymbolSink): ObjectInfo {
  const header = object.view(0, HEADER_BYTES, 'import header');
  const machineNumber = header.u16(6);
  const machine = coffMachine(machineNumber);
  if (machine === null)
    throw new UnreadableError(`a COFF import member for machine 0x${machineNumber.toString(16)}`);
  const strings = object.view(HEADER_BYTES, header.u32(12), 'import names');
  const symbol = strings.cString(0);
  const dll = Buffer.from(strings.cString(symbol.length + 1)).toString('latin1');
  const type = header.u16(18) & 3;
  if (symbol.length === 0) throw strings.error(0, 'an import without a name');
  if (type !== IMPORT_CODE && type !== IMPORT_DATA && type !== IMPORT_CONST)
    throw header.error(18, `import of type ${type}`);
  define(out, `__imp_${Buffer.from(symbol).toString('latin1')}`, DATA);
  if (type === IMPORT_CODE)
    out.symbol(out.intern(symbol, 0, symbol.length), DEFINITION | IMPORTED | FUNCTION, NONE, 0, NONE, 0);
  if (type === IMPORT_CONST)
    out.symbol(out.intern(symbol, 0, symbol.length), DEFINITION | IMPORTED | DATA, NONE, 0, NONE, 0);
  return {
    format: 'coff-import',
    machine: machine.name,
    bits: machine.bits,
    littleEndian: true,
    sideEffects: [importOf(dll)],
    bitcode: null,
    isRecompiled: false,
    notIndexed: [],
  };
}

/** The loader loads a DLL with one import, and runs its constructors. Names of DLLs have no case. */
const importOf = (dll: string): SideEffect => ({
  kind: 'note',
  section: 'import directory',
  entries: [dll.toLowerCase()],
});

function define(out: SymbolSink, name: string, kind: number): void {
  const bytes = Buffer.from(name, 'latin1');
  out.symbol(out.intern(bytes, 0, bytes.length), DEFINITION | IMPORTED | kind, NONE, 0, NONE, 0);
}
