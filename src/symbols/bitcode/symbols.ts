import { append } from '../../bytes/append.js';
import { UnreadableError } from '../object-format.js';
import type { BitcodeFile } from './file.js';
import { type IrSymbol, type IrSymbolTable, readIrSymbolTable } from './irsymtab.js';
import type { BitcodeComdat, BitcodeGlobal, BitcodeModule } from './module.js';
import { type BitcodeTarget, mangledName } from './target.js';

/** A symbol of bitcode, from whichever table it is known. */
export interface BitcodeSymbol {
  readonly name: string;
  readonly isUndefined: boolean;
  readonly isWeak: boolean;
  readonly isCommon: boolean;
  readonly isLocal: boolean;
  readonly isThreadLocal: boolean;
  readonly isFunction: boolean;
  /** 0 default, 1 hidden, 2 protected. */
  readonly visibility: number;
  /** −1, or a row of the comdats. */
  readonly comdat: number;
  readonly size: number;
  readonly alignment: number;
  /** The module's record; null for symbols of assembly. */
  readonly global: BitcodeGlobal | null;
}

export interface BitcodeSymbols {
  readonly symbols: readonly BitcodeSymbol[];
  readonly comdats: readonly BitcodeComdat[];
  /** Null where only the module's records were to be had. */
  readonly table: IrSymbolTable | null;
}

/**
 * Reads the symbol table if it is consistent and agrees with the modules, otherwise the modules' records, which lack
 * only symbols of assembly and the sizes of commons.
 *
 * @throws UnreadableError if neither is usable
 */
export function readSymbols(
  file: BitcodeFile,
  modules: readonly BitcodeModule[],
  target: BitcodeTarget,
): BitcodeSymbols {
  const table = file.symbolTable === null ? null : readIrSymbolTable(file.symbolTable);
  if (table !== null && table.moduleCount === modules.length) {
    const globals = globalsByName(modules);
    if (agrees(table, globals)) return fromTable(table, globals);
  }
  const reason =
    file.symbolTable === null ? 'without a symbol table' : 'with a symbol table of unknown layout';
  return fromModules(modules, target, `bitcode of ${file.producer} ${reason}`);
}

const VISIBILITY = 3;
const UNDEFINED = 1 << 3;
const WEAK = 1 << 4;
const COMMON = 1 << 5;
const TLS = 1 << 8;
const GLOBAL = 1 << 10;
const FORMAT_SPECIFIC = 1 << 11;
const EXECUTABLE = 1 << 13;

const globalsByName = (modules: readonly BitcodeModule[]): Map<string, BitcodeGlobal> =>
  new Map(modules.flatMap(({ globals }) => globals.map((global) => [global.name, global] as const)));

/** Whether every symbol is in the modules and looks the same there, and no global value is missing. */
function agrees({ symbols }: IrSymbolTable, globals: ReadonlyMap<string, BitcodeGlobal>): boolean {
  const seen = new Set<string>();
  for (const { irName, flags } of symbols) {
    if (irName === '' || (flags & FORMAT_SPECIFIC) !== 0) continue;
    const global = globals.get(irName);
    if (global === undefined || !looksLike(flags, global)) return false;
    seen.add(irName);
  }
  for (const { name, isPrivate, isLocal } of globals.values())
    if (!isPrivate && !isLocal && !isReserved(name) && !seen.has(name)) return false;
  return true;
}

/** Modules of one file may each declare what another defines; then the later record is the one that is compared. */
const looksLike = (flags: number, global: BitcodeGlobal): boolean =>
  ((flags & GLOBAL) === 0) === global.isLocal &&
  ((flags & UNDEFINED) !== 0) === global.isUndefined &&
  ((flags & WEAK) !== 0) === global.isWeak &&
  ((flags & COMMON) !== 0) === global.isCommon &&
  ((flags & TLS) !== 0) === global.isThreadLocal &&
  (flags & VISIBILITY) === global.visibility;

/** `llvm.global_ctors`, intrinsics: for the compiler, not for linkers. */
export const isReserved = (name: string): boolean => name.startsWith('llvm.');

function fromTable(table: IrSymbolTable, globals: ReadonlyMap<string, BitcodeGlobal>): BitcodeSymbols {
  const symbols = table.symbols
    .filter(({ flags }) => (flags & FORMAT_SPECIFIC) === 0)
    .map((symbol) => fromIrSymbol(symbol, globals.get(symbol.irName) ?? null));
  return { symbols, comdats: table.comdats, table };
}

const fromIrSymbol = (
  { name, irName, comdat, flags, common }: IrSymbol,
  global: BitcodeGlobal | null,
): BitcodeSymbol => ({
  name,
  isUndefined: (flags & UNDEFINED) !== 0,
  isWeak: (flags & WEAK) !== 0,
  isCommon: (flags & COMMON) !== 0,
  isLocal: (flags & GLOBAL) === 0,
  isThreadLocal: (flags & TLS) !== 0,
  isFunction: (flags & EXECUTABLE) !== 0,
  visibility: flags & VISIBILITY,
  comdat,
  size: common?.size ?? 0,
  alignment: common?.alignment ?? 0,
  global: irName === '' ? null : global,
});

function fromModules(modules: readonly BitcodeModule[], target: BitcodeTarget, what: string): BitcodeSymbols {
  const symbols: BitcodeSymbol[] = [];
  const comdats: BitcodeComdat[] = [];
  for (const module of modules) {
    if (module.hasAssembly)
      throw new UnreadableError(`${what}, and with assembly whose symbols no record names`);
    for (const global of module.globals) {
      if (isReserved(global.name) || global.isPrivate || isMetadata(module, global)) continue;
      if (global.isCommon) throw new UnreadableError(`${what}, and with commons whose size no record tells`);
      symbols.push(fromGlobal(target, global, comdats.length));
    }
    append(comdats, module.comdats);
  }
  return { symbols, comdats, table: null };
}

const isMetadata = ({ sections }: BitcodeModule, { section }: BitcodeGlobal): boolean =>
  section > 0 && sections[section - 1] === 'llvm.metadata';

const fromGlobal = (target: BitcodeTarget, global: BitcodeGlobal, firstComdat: number): BitcodeSymbol => ({
  ...global,
  name: mangledName(target, global),
  isFunction: global.type === 'function' || global.type === 'ifunc',
  comdat: global.comdat === 0 || global.isUndefined ? -1 : firstComdat + global.comdat - 1,
  size: 0,
  alignment: 0,
  global,
});
