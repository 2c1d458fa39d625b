/** A column by name of a link. It is never changed. */
type Column = Int32Array | Uint16Array | Uint8Array;

/** Columns of one kind that are kept to be found again: links of as many linkers follow one another. */
const KEPT = 8;

const bytesOf = ({ buffer, byteOffset, byteLength }: Column): Buffer =>
  Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);

/**
 * Columns of recent links: of the links of one plan many bind all names alike, and share a column in place of a copy
 * each. Half of the columns of a plan for any linker are found here.
 */
export class SharedColumns<Kind extends Column> {
  readonly #recent: Kind[] = [];

  /** @param fresh a view of memory that the next link uses again */
  copyOf(fresh: Kind): Kind {
    const bytes = bytesOf(fresh);
    const at = this.#recent.findIndex((known) => bytesOf(known).equals(bytes));
    const [own] = at < 0 ? [fresh.slice() as Kind] : this.#recent.splice(at, 1);
    this.#recent.push(own);
    if (this.#recent.length > KEPT) this.#recent.shift();
    return own;
  }
}
