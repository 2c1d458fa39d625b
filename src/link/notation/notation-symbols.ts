import {
  ABSOLUTE,
  AUTO_HIDE,
  COMMON,
  DATA,
  DEFINITION,
  FUNCTION,
  HIDDEN,
  IFUNC,
  LOCAL_STATE,
  PROTECTED,
  REFERENCE,
  TLS,
  UNIQUE,
  WEAK,
  WRITABLE,
} from '../../symbols/flags.js';
import { NONE, type SymbolTableBuilder } from '../../symbols/table.js';
import type { NotedSymbol } from './notation-text.js';

/** Data of 8 bytes, unless `[size=]` says otherwise. */
const DEFAULT_SIZE = 8;

const LETTER_FLAGS: Readonly<Record<string, number>> = {
  T: DEFINITION | FUNCTION,
  D: DEFINITION | DATA | WRITABLE,
  B: DEFINITION | DATA | WRITABLE,
  R: DEFINITION | DATA,
  C: COMMON | DATA,
  A: DEFINITION | ABSOLUTE,
  W: DEFINITION | FUNCTION | WEAK,
  V: DEFINITION | DATA | WRITABLE | WEAK,
  u: DEFINITION | DATA | WRITABLE | UNIQUE,
  i: DEFINITION | IFUNC,
  U: REFERENCE,
  w: REFERENCE | WEAK,
  v: REFERENCE | WEAK | DATA,
  b: LOCAL_STATE | DATA | WRITABLE,
  d: LOCAL_STATE | DATA | WRITABLE,
};
/** Letters whose symbols are in no section. */
const UNPLACED = 'ACUwv';
const SECTIONS: Readonly<Record<string, number>> = { T: 1, W: 1, i: 1, R: 4, B: 3, b: 3 };
const DATA_SECTION = 2;
const KINDS = 7 << 4;

/** Flags of the symbol in the table; null for locals that are not state. */
export function flagsOf({ letter, marks }: NotedSymbol): number | null {
  let flags = LETTER_FLAGS[letter];
  if (flags === undefined) return null;
  const ofKind = (kind: number) => (flags & ~KINDS) | kind;
  if (marks.has('tls')) flags = ofKind(TLS);
  if (marks.has('func')) flags = ofKind(FUNCTION) & ~WRITABLE;
  if (marks.has('notype')) flags = ofKind(0);
  if (marks.has('hidden') || marks.has('internal')) flags |= HIDDEN;
  if (marks.has('protected')) flags |= PROTECTED;
  if (marks.has('autohide')) flags |= AUTO_HIDE;
  return flags;
}

/** Bytes of a definition, as the notation gives them to it. */
export const sizeOf = ({ letter, marks }: NotedSymbol): number =>
  'UwvA'.includes(letter) ? 0 : Number(marks.get('size') ?? DEFAULT_SIZE);

/** Adds the rows of an object. */
export function addSymbols(builder: SymbolTableBuilder, symbols: readonly NotedSymbol[]): void {
  const groups = new Map<string, number>();
  for (const symbol of symbols) {
    const flags = flagsOf(symbol);
    if (flags === null) continue;
    const { letter, name, marks } = symbol;
    const signature = marks.get('group');
    let group = NONE;
    if (signature !== undefined) {
      const key = signature || name;
      group = groups.get(key) ?? builder.group(builder.names.internText(key), 'any');
      groups.set(key, group);
    }
    const section = UNPLACED.includes(letter) ? NONE : (SECTIONS[letter] ?? DATA_SECTION);
    const alignment = Number(marks.get('align') ?? 0);
    builder.symbol(builder.names.internText(name), flags, section, sizeOf(symbol), group, alignment);
  }
}

/**
 * Adds the symbols of a shared library. A default version (`f@@V`) defines both `f` and `f@V`: see
 * symbols/elf/shared.ts. References come first, as in every dynamic symbol table with a GNU hash.
 */
export function addShared(builder: SymbolTableBuilder, symbols: readonly NotedSymbol[]): void {
  const isWanted = ({ letter }: NotedSymbol) => 'Uwv'.includes(letter);
  const ordered = [...symbols.filter(isWanted), ...symbols.filter((symbol) => !isWanted(symbol))];
  for (const symbol of ordered) {
    const flags = flagsOf(symbol);
    if (flags === null) continue;
    const [plain, version] = symbol.name.split('@@');
    const names = version === undefined ? [plain] : [plain, `${plain}@${version}`];
    for (const name of names)
      builder.symbol(builder.names.internText(name), flags & ~WRITABLE, NONE, 0, NONE, 0);
  }
}
