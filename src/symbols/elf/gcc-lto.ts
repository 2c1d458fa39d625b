import { UnreadableError } from '../object-format.js';
import { STB_LOCAL } from './constants.js';
import { isNamed } from './names.js';
import type { ElfSymbolTable } from './symtab.js';

/**
 * GCC's `-flto` leaves intermediate code that only GCC's plugin reads. *Fat* objects also hold native code, with
 * which we work as any linker without the plugin does; *slim* ones hold nothing else, and say so with a common
 * symbol `__gnu_lto_slim`.
 *
 * @throws UnreadableError for a slim object
 */
export function refuseSlimLto(table: ElfSymbolTable | null): void {
  if (table !== null && hasNativeSymbols(table)) return;
  throw new UnreadableError('GCC LTO intermediate code without native code (__gnu_lto_slim)');
}

function hasNativeSymbols({ bytes, data, layout, littleEndian, count, strings }: ElfSymbolTable): boolean {
  let globals = 0;
  for (let symbol = 1, at = layout.bytes; symbol < count; symbol++, at += layout.bytes) {
    if (bytes[at + layout.info] >>> 4 === STB_LOCAL) continue;
    if (isNamed(strings.bytes, data.getUint32(at, littleEndian), '__gnu_lto_slim')) return false;
    globals++;
  }
  return globals > 0;
}
