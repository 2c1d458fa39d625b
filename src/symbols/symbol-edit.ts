import type { ByteSource } from '../bytes/byte-source.js';

/**
 * An edit of one row of an object's symbol table. No action makes a symbol local, so relocation indexes, group headers
 * and address-significance tables stay valid.
 *
 * - `hide-and-rename`: the symbol gets `newName`; a definition is also hidden if the format has visibility.
 * - `undefine`: the definition becomes a reference of the same name. Its bytes stay in the section.
 * - `weaken`: any strong definition overrides the definition.
 */
export type EditAction = 'hide-and-rename' | 'undefine' | 'weaken';

/** One change to one row of an object's own symbol table. */
export interface SymbolEdit {
  /** See `OwnSymbol.row`. */
  readonly symbol: number;
  readonly action: EditAction;
  /**
   * Latin-1, a character a byte. Mach-O and COFF also need it to undefine or weaken: the old definition gets this name,
   * and a new undefined row (its *twin*) the old one.
   */
  readonly newName: string;
}

/** A row of an object's own symbol table that an edit can name. Local symbols have none, except signatures. */
export interface OwnSymbol {
  /** As the format counts symbols. WebAssembly's COMDATs, which are no symbols, follow the last symbol. */
  readonly row: number;
  readonly name: string;
  /** `signature`: the row only names a COMDAT group. A signature that is also a definition has that role. */
  readonly role: 'reference' | 'definition' | 'common' | 'signature';
  readonly isWeak: boolean;
}

/** Why an object cannot be edited. */
export type EditRefusal =
  /** Intermediate code for LTO is included: the linker may read that again, and the edit is undone. */
  | 'recompiled'
  /** The format, or the object, has no means for this action on this symbol. */
  | 'not-editable';

/** An edit that the writer of its format refuses. */
export class EditError extends Error {
  override readonly name = 'EditError';

  constructor(
    readonly refusal: EditRefusal,
    message: string,
  ) {
    super(message);
  }
}

/** Reads and edits symbols of one object format. */
export interface SymbolEditor {
  /**
   * Linkage symbols and COMDAT signatures in the order of the table.
   * @throws MalformedError
   */
  ownSymbols(object: ByteSource): OwnSymbol[];
  /**
   * The object with these edits; without any, the object itself.
   * @param edits at most one for each row
   * @throws MalformedError
   * @throws EditError
   */
  edit(object: ByteSource, edits: readonly SymbolEdit[]): ByteSource;
  /** Opens an object to ask whether it can be edited; what it returns is good until the next object is opened. */
  openToCheck?(object: ByteSource): CheckedObject;
}

/** An object, to ask whether it can be edited. */
export interface CheckedObject {
  /** As `ownSymbols`. */
  readonly own: readonly OwnSymbol[];
  /**
   * Whether `edit` makes these edits and nothing else; false where that shows only in the edited object.
   * @throws EditError as `edit` does
   */
  isEditable(edits: readonly SymbolEdit[]): boolean;
}

/** Edits by row. @throws RangeError when a row has two, or a name is empty or contains a NUL */
export function editsByRow(edits: readonly SymbolEdit[]): ReadonlyMap<number, SymbolEdit> {
  const byRow = new Map<number, SymbolEdit>();
  for (const edit of edits) {
    if (byRow.has(edit.symbol)) throw new RangeError(`symbol ${edit.symbol} has two edits`);
    if (edit.newName === '' || edit.newName.includes('\0'))
      throw new RangeError(`symbol ${edit.symbol}: '${edit.newName}' is not a symbol name`);
    byRow.set(edit.symbol, edit);
  }
  return byRow;
}

/** NUL-terminated names to append to a string table; equal names share one string. */
export class GrownStrings {
  readonly #offsets = new Map<string, number>();
  readonly #texts: string[] = [];
  #size: number;

  /** @param start where the first new string begins: the size of the old table */
  constructor(start: number) {
    this.#size = start;
  }

  /** Size of the grown table. */
  get size(): number {
    return this.#size;
  }

  /** Offset of the name in the grown table. */
  add(name: string): number {
    const known = this.#offsets.get(name);
    if (known !== undefined) return known;
    const offset = this.#size;
    this.#offsets.set(name, offset);
    this.#texts.push(`${name}\0`);
    this.#size += name.length + 1;
    return offset;
  }

  /** The new strings, without the old table. */
  bytes(): Uint8Array {
    return Buffer.from(this.#texts.join(''), 'latin1');
  }
}
