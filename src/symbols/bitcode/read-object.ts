import type { ByteSource } from '../../bytes/byte-source.js';
import {
  COMMON,
  DATA,
  DEFAULT_VISIBILITY,
  DEFINITION,
  FUNCTION,
  HIDDEN,
  IFUNC,
  LOCAL_STATE,
  NO_KIND,
  PROTECTED,
  REFERENCE,
  TLS,
  WEAK,
  WRITABLE,
} from '../flags.js';
import { type ObjectFormat, type ObjectInfo, UnreadableError } from '../object-format.js';
import { NONE, type SymbolSink } from '../table.js';
import { readBitcodeFile } from './file.js';
import { type BitcodeModule, readModule } from './module.js';
import { readSideEffects } from './side-effects.js';
import { BITCODE_MAGIC, openBitcode, WRAPPER_MAGIC } from './stream.js';
import { type BitcodeSymbol, readSymbols } from './symbols.js';
import { targetOf } from './target.js';

/**
 * LLVM bitcode in the place of an object, raw or in Darwin's wrapper (llvm.org/docs/BitCodeFormat.html), read without
 * LLVM: of LLVM 5 and later. Names are those that the native object would have.
 */
export const bitcode: ObjectFormat = { id: 'bitcode', matches, readObject };

function matches(head: Uint8Array): boolean {
  if (head.length < 4) return false;
  const magic = new DataView(head.buffer, head.byteOffset, head.byteLength).getUint32(0, true);
  return magic === BITCODE_MAGIC || magic === WRAPPER_MAGIC;
}

function readObject(object: ByteSource, out: SymbolSink): ObjectInfo {
  const stream = openBitcode(object);
  const file = readBitcodeFile(stream);
  const modules = file.modules.map((module) => readModule(file.reader, module));
  const target = targetOf(modules[0]);
  refuseWithoutTriple(modules, file.producer);
  const { symbols, comdats, table } = readSymbols(file, modules, target);
  const groups = comdats.map(({ name, selection }) => {
    const bytes = Buffer.from(name, 'latin1');
    return out.group(out.intern(bytes, 0, bytes.length), selection);
  });
  for (const symbol of symbols) addSymbol(out, symbol, groups[symbol.comdat] ?? NONE);
  return {
    format: 'bitcode',
    machine: target.machine,
    bits: target.bits,
    littleEndian: target.littleEndian,
    sideEffects: readSideEffects(stream, modules, target, table),
    // This field is for bitcode embedded in a native object.
    bitcode: null,
    isRecompiled: false,
    notIndexed: [],
  };
}

function refuseWithoutTriple(modules: readonly BitcodeModule[], producer: string): void {
  if (modules[0].triple === '')
    throw new UnreadableError(`bitcode of ${producer} for no machine in particular`);
}

/** Adds global symbols, and local variables that the program writes to. Only the sizes of commons are known. */
function addSymbol(out: SymbolSink, symbol: BitcodeSymbol, group: number): void {
  const isState = symbol.global?.type === 'variable' && !symbol.global.isConstant && !symbol.isUndefined;
  if (symbol.name === '' || (symbol.isLocal && !isState)) return;
  const bytes = Buffer.from(symbol.name, 'latin1');
  const binding = symbol.isWeak ? WEAK : 0;
  const alignment = symbol.alignment > 1 ? Math.floor(Math.log2(symbol.alignment)) : 0;
  const flags =
    roleOf(symbol) |
    kindOf(symbol) |
    binding |
    visibilityOf(symbol) |
    (isState && !symbol.isCommon ? WRITABLE : 0);
  out.symbol(out.intern(bytes, 0, bytes.length), flags, NONE, symbol.size, group, alignment);
}

function roleOf({ isLocal, isUndefined, isCommon }: BitcodeSymbol): number {
  if (isLocal) return LOCAL_STATE;
  if (isUndefined) return REFERENCE;
  return isCommon ? COMMON : DEFINITION;
}

function kindOf({ isThreadLocal, isFunction, isUndefined, global }: BitcodeSymbol): number {
  if (isThreadLocal) return TLS;
  if (global?.type === 'ifunc') return IFUNC;
  if (isFunction) return FUNCTION;
  // Only the symbol table says whether an alias is a function; for an undefined symbol of assembly nothing does.
  return global === null || (global.type === 'alias' && !isUndefined) ? NO_KIND : DATA;
}

const visibilityOf = ({ visibility }: BitcodeSymbol): number =>
  visibility === 1 ? HIDDEN : visibility === 2 ? PROTECTED : DEFAULT_VISIBILITY;
