import { STB_GLOBAL, STB_GNU_UNIQUE, STB_LOCAL, STB_WEAK, STT_LOPROC } from '../../../core/elf/constants.js';
import { type ImageSymbol, UNDEFINED_SECTION } from '../../image/object-image.js';
import { type StringTable, startsWith, stringAt } from '../../string-table.js';
import type { ElfSymbolTable } from '../symtab.js';

/** A symbol table in memory of its own, of which all rows were checked. */
type HeldSymbols = Pick<ElfSymbolTable, 'data' | 'strings' | 'layout' | 'is64' | 'littleEndian'>;

/**
 * Position-independent code names the linker's own table when it is assembled, whether or not a relocation then refers
 * to it. Tools that strip take an unreferenced name away.
 */
const LINKER_TABLE = '_GLOBAL_OFFSET_TABLE_';

/** By the upper half of st_info; another number is not known. */
export const BINDINGS: Readonly<Partial<Record<number, ImageSymbol['binding']>>> = {
  [STB_LOCAL]: 'local',
  [STB_GLOBAL]: 'global',
  [STB_WEAK]: 'weak',
  [STB_GNU_UNIQUE]: 'unique',
};

/** A symbol of an image whose fields, except for its section, are decoded when they are asked for. */
export class LazySymbol implements ImageSymbol {
  readonly number: number;
  readonly section: number;
  readonly #processorIndex: number;
  readonly #table: HeldSymbols;
  #name: string | undefined;

  /**
   * @param section row of the image, or what a symbol without one has
   * @param processorIndex index of a section that only the processor knows; otherwise 0
   * @param table with a known binding in this row
   */
  constructor(number: number, section: number, processorIndex: number, table: HeldSymbols) {
    this.number = number;
    this.section = section;
    this.#processorIndex = processorIndex;
    this.#table = table;
  }

  get binding(): ImageSymbol['binding'] {
    return BINDINGS[this.#info() >> 4] ?? 'local';
  }

  get type(): number {
    return this.#info() & 15;
  }

  get other(): number {
    const { data, layout } = this.#table;
    return data.getUint8(this.number * layout.bytes + layout.other) | (this.#processorIndex << 8);
  }

  get marker(): string | null {
    const { strings } = this.#table;
    const name = this.#nameOffset();
    if (this.binding === 'local') return markerOf(strings, name, this.type);
    return this.section === UNDEFINED_SECTION && isLinkerTable(strings, name) ? 'linker-defined' : null;
  }

  get name(): string {
    this.#name ??= stringAt(this.#table.strings, this.#nameOffset());
    return this.#name;
  }

  get value(): bigint {
    return this.#word(this.#table.layout.value);
  }

  get size(): bigint {
    return this.#word(this.#table.layout.size);
  }

  #info(): number {
    const { data, layout } = this.#table;
    return data.getUint8(this.number * layout.bytes + layout.info);
  }

  #nameOffset(): number {
    const { data, layout, littleEndian } = this.#table;
    return data.getUint32(this.number * layout.bytes, littleEndian);
  }

  #word(offset: number): bigint {
    const { data, layout, is64, littleEndian } = this.#table;
    const at = this.number * layout.bytes + offset;
    return is64 ? data.getBigUint64(at, littleEndian) : BigInt(data.getUint32(at, littleEndian));
  }
}

const isLinkerTable = (strings: StringTable, name: number): boolean =>
  startsWith(strings, name, LINKER_TABLE) && stringAt(strings, name) === LINKER_TABLE;

/**
 * Mapping symbols tell linkers for ARM, AArch64 and RISC-V where code ends and data begins; symbols with a processor's
 * own type (SPARC's claims on registers) have an effect by being present.
 */
function markerOf(strings: StringTable, name: number, type: number): string | null {
  if (type >= STT_LOPROC) return `${type} ${stringAt(strings, name)}`;
  return startsWith(strings, name, '$') ? (/^\$[a-z]/.exec(stringAt(strings, name))?.[0] ?? null) : null;
}
