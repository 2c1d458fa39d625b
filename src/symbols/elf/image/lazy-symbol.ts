import type { ImageSymbol } from '../../image/object-image.js';
import { stringAt } from '../../string-table.js';
import type { ElfSymbolTable } from '../symtab.js';

/** A symbol table in memory of its own, of which all rows were checked. */
type HeldSymbols = Pick<ElfSymbolTable, 'data' | 'strings' | 'layout' | 'is64' | 'littleEndian'>;

/** The facts of a symbol that are decoded at once. */
export type SymbolFacts = Omit<ImageSymbol, 'name' | 'value' | 'size'>;

/** A symbol of an image whose name, value and size are decoded when they are asked for. */
export class LazySymbol implements ImageSymbol {
  readonly number: number;
  readonly section: number;
  readonly binding: ImageSymbol['binding'];
  readonly type: number;
  readonly other: number;
  readonly marker: string | null;
  readonly #table: HeldSymbols;
  #name: string | undefined;

  constructor(facts: SymbolFacts, table: HeldSymbols) {
    this.number = facts.number;
    this.section = facts.section;
    this.binding = facts.binding;
    this.type = facts.type;
    this.other = facts.other;
    this.marker = facts.marker;
    this.#table = table;
  }

  get name(): string {
    const { data, layout, strings, littleEndian } = this.#table;
    this.#name ??= stringAt(strings, data.getUint32(this.number * layout.bytes, littleEndian));
    return this.#name;
  }

  get value(): bigint {
    return this.#word(this.#table.layout.value);
  }

  get size(): bigint {
    return this.#word(this.#table.layout.size);
  }

  #word(offset: number): bigint {
    const { data, layout, is64, littleEndian } = this.#table;
    const at = this.number * layout.bytes + offset;
    return is64 ? data.getBigUint64(at, littleEndian) : BigInt(data.getUint32(at, littleEndian));
  }
}
