import { append } from '../bytes/append.js';
import type { ByteSource } from '../bytes/byte-source.js';
import {
  isAbsolute,
  isAutoHide,
  isCommon,
  isLocalState,
  isReference,
  isUnique,
  isWeak,
  isWritable,
  kindName,
  visibilityName,
} from './flags.js';
import { readContent } from './formats.js';
import { NONE, type SymbolId, type SymbolTable, SymbolTableBuilder } from './table.js';

/** All that a reader finds in an object, a line for each thing: what the fixtures' `.symbols` hold. */
export function describeObject(object: ByteSource): string {
  const builder = new SymbolTableBuilder();
  builder.beginMember();
  const content = readContent(object, builder);
  if (content.kind === 'not-object') return 'not an object\n';
  if (content.kind === 'unreadable') return `unreadable: ${content.problem}\n`;
  const { info } = content;
  const lines = [
    `${info.format} ${info.machine} ${info.bits}-bit ${info.littleEndian ? 'little' : 'big'} endian`,
  ];
  const symbols = builder.finish();
  for (let symbol = 0; symbol < symbols.length; symbol++) lines.push(describeSymbol(symbols, symbol));
  for (const { kind, section, entries } of info.sideEffects) {
    append(lines, [`${kind} ${section}:`, ...entries.map((entry) => `  ${entry}`)]);
  }
  if (info.bitcode !== null) lines.push(`bitcode at ${info.bitcode.offset}, ${info.bitcode.size} bytes`);
  if (info.notIndexed.length > 0) lines.push(`not indexed: ${info.notIndexed.join(' ')}`);
  return `${lines.join('\n')}\n`;
}

function describeSymbol(symbols: SymbolTable, symbol: SymbolId): string {
  const flags = symbols.flags[symbol];
  const group = symbols.group[symbol];
  const words = [
    roleOf(flags),
    isWeak(flags) && 'weak',
    isUnique(flags) && 'unique',
    isAbsolute(flags) && 'absolute',
    isAutoHide(flags) && 'auto-hide',
    visibilityName(flags) !== 'default' && visibilityName(flags),
    isWritable(flags) && 'writable',
    kindName(flags) !== 'none' && kindName(flags),
    symbols.names.text(symbols.name[symbol]),
    symbols.section[symbol] !== NONE && `section=${symbols.section[symbol]}`,
    symbols.size[symbol] > 0 && `size=${symbols.size[symbol]}`,
    symbols.alignment[symbol] > 0 && `align=2^${symbols.alignment[symbol]}`,
    group !== NONE && `group=${symbols.names.text(symbols.groups[group].signature)}`,
  ];
  return words.filter((word) => word !== false).join(' ');
}

function roleOf(flags: number): string {
  if (isReference(flags)) return 'reference';
  if (isLocalState(flags)) return 'local';
  return isCommon(flags) ? 'common' : 'definition';
}
