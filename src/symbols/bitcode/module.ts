import type { ByteView } from '../../bytes/byte-view.js';
import { UnreadableError } from '../object-format.js';
import type { Selection } from '../table.js';
import type { WithNames } from './file.js';
import { type BitReader, forEachRecord, type PlacedBlock, textOf } from './stream.js';

/** Codes of a module's own records (LLVMBitCodes.h). */
const MODULE_CODE_VERSION = 1;
const MODULE_CODE_TRIPLE = 2;
const MODULE_CODE_DATALAYOUT = 3;
const MODULE_CODE_ASM = 4;
const MODULE_CODE_SECTIONNAME = 5;
const MODULE_CODE_GLOBALVAR = 7;
const MODULE_CODE_FUNCTION = 8;
const MODULE_CODE_COMDAT = 12;
const MODULE_CODE_ALIAS = 14;
const MODULE_CODE_IFUNC = 18;

const INTERNAL = 3;
const COMMON = 8;
const PRIVATE = [9, 13, 14];
const AVAILABLE_EXTERNALLY = 12;
const WEAK = [1, 4, 7, 10, 11, 16, 17, 18, 19];

/** A global value of a module, as its record says it. */
export interface BitcodeGlobal {
  /** As in the intermediate code: without the prefix of the object format. */
  readonly name: string;
  readonly type: 'variable' | 'function' | 'alias' | 'ifunc';
  /** Declared, or defined only so that it can be inlined. */
  readonly isUndefined: boolean;
  readonly isWeak: boolean;
  readonly isCommon: boolean;
  readonly isLocal: boolean;
  readonly isPrivate: boolean;
  /** 0 default, 1 hidden, 2 protected. */
  readonly visibility: number;
  readonly isThreadLocal: boolean;
  readonly isConstant: boolean;
  readonly callingConvention: number;
  /** 1-based row of `sections` and `comdats`; 0 for no section or group. */
  readonly section: number;
  readonly comdat: number;
}

export interface BitcodeComdat {
  readonly name: string;
  readonly selection: Selection;
}

export interface BitcodeModule {
  readonly triple: string;
  readonly dataLayout: string;
  /** Symbols of module-level assembly are in no record. */
  readonly hasAssembly: boolean;
  readonly sections: readonly string[];
  readonly comdats: readonly BitcodeComdat[];
  readonly globals: readonly BitcodeGlobal[];
}

/** Position of each record's fields, after the two for the name. LLVM only adds fields at the end. */
const VARIABLE = { section: 7, visibility: 8, threadLocal: 9, comdat: 13 };
const FUNCTION = { section: 8, visibility: 9, threadLocal: -1, comdat: 14 };
const ALIAS = { section: -1, visibility: 6, threadLocal: 8, comdat: -1 };
const IFUNC = { section: -1, visibility: 6, threadLocal: -1, comdat: -1 };

const SELECTIONS: readonly Selection[] = [
  'any',
  'any',
  'exact-match',
  'largest',
  'no-duplicates',
  'same-size',
];

/** Reads the module's own records; blocks within (functions, types, metadata), nearly all of it, are skipped. */
export function readModule(reader: BitReader, { block, names }: WithNames<PlacedBlock>): BitcodeModule {
  const found = {
    triple: '',
    dataLayout: '',
    hasAssembly: false,
    sections: [] as string[],
    comdats: [] as BitcodeComdat[],
    globals: [] as BitcodeGlobal[],
  };
  let version = 0;
  const readers: Readonly<Partial<Record<number, (values: readonly number[]) => void>>> = {
    [MODULE_CODE_VERSION]: (values) => {
      version = values[0];
    },
    [MODULE_CODE_TRIPLE]: (values) => {
      found.triple = textOf(values);
    },
    [MODULE_CODE_DATALAYOUT]: (values) => {
      found.dataLayout = textOf(values);
    },
    [MODULE_CODE_ASM]: () => {
      found.hasAssembly = true;
    },
    [MODULE_CODE_SECTIONNAME]: (values) => found.sections.push(textOf(values)),
    [MODULE_CODE_COMDAT]: (values) =>
      found.comdats.push({ name: nameOf(names, values), selection: SELECTIONS[values[2]] ?? 'any' }),
  };
  forEachRecord(reader, block, (code, values) => {
    const read = readers[code];
    const global = read ? null : readGlobal(names, code, values);
    if (global !== null) found.globals.push(global);
    read?.(values);
  });
  if (version !== 2) throw new UnreadableError(`a bitcode module of version ${version}, of LLVM 4 or older`);
  return found;
}

function readGlobal(names: ByteView, code: number, values: readonly number[]): BitcodeGlobal | null {
  switch (code) {
    case MODULE_CODE_GLOBALVAR:
      return decode(names, 'variable', values, values[4] === 0, VARIABLE);
    case MODULE_CODE_FUNCTION:
      return decode(names, 'function', values, values[4] !== 0, FUNCTION);
    case MODULE_CODE_ALIAS:
      return decode(names, 'alias', values, false, ALIAS);
    case MODULE_CODE_IFUNC:
      return decode(names, 'ifunc', values, false, IFUNC);
    default:
      return null;
  }
}

function decode(
  names: ByteView,
  type: BitcodeGlobal['type'],
  values: readonly number[],
  isDeclaration: boolean,
  at: typeof VARIABLE,
): BitcodeGlobal {
  const linkage = values[5];
  return {
    name: nameOf(names, values),
    type,
    isUndefined: isDeclaration || linkage === AVAILABLE_EXTERNALLY,
    isWeak: WEAK.includes(linkage),
    isCommon: linkage === COMMON,
    isLocal: linkage === INTERNAL || PRIVATE.includes(linkage),
    isPrivate: PRIVATE.includes(linkage),
    // Short records stop before the fields that are zero.
    visibility: values[at.visibility] ?? 0,
    isThreadLocal: (values[at.threadLocal] ?? 0) !== 0,
    isConstant: type === 'variable' && values[3] % 2 === 1,
    callingConvention: type === 'function' ? values[3] : 0,
    section: values[at.section] ?? 0,
    comdat: values[at.comdat] ?? 0,
  };
}

/** [offset, size] in the string table. @throws MalformedError */
function nameOf(names: ByteView, values: readonly number[]): string {
  if (values.length < 3) throw names.error(0, `record of ${values.length} fields for a global`);
  return Buffer.from(names.slice(values[0], values[1], 'bitcode names').bytes).toString('latin1');
}
