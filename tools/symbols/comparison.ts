// Compares the symbols of our members with those that another tool prints. Both are brought to one line of text a
// symbol, in the order of the symbol table; a difference is a line that is not the same.

/** A linkage symbol as we read it. */
export interface SymbolRow {
  readonly name: string;
  readonly role: 'reference' | 'common' | 'definition';
  readonly weak: boolean;
  readonly autoHide: boolean;
  readonly unique: boolean;
  readonly absolute: boolean;
  readonly visibility: string;
  readonly kind: string;
  /** Negative for none. */
  readonly section: number;
  readonly size: number;
  readonly alignment: number;
  /** Signature and selection of its COMDAT group; empty for none. */
  readonly group: string;
}

export type ToLine = (row: SymbolRow) => string;

export interface ComparedMember {
  readonly name: string;
  /** It is a file, not a member of an archive. */
  readonly isAlone: boolean;
  /** Null where it could not be read as an object. */
  readonly machine: string | null;
  readonly rows: (toLine: ToLine) => string[];
}

/** Reports a difference. */
export type Note = (member: string, ours: string, theirs: string) => void;

/** Compares members with what a tool prints of the file. @returns the number of differences */
export type Oracle = (path: string, members: readonly ComparedMember[], note: Note) => Promise<number>;

/** So many differences of a file are reported; all are counted. */
export const MOST_NOTES = 3;

/** Walks our members next to the other tool's output. */
export class Comparison {
  differences = 0;
  readonly #members: readonly ComparedMember[];
  readonly #toLine: ToLine;
  readonly #note: Note;
  #member = -1;
  #row = 0;
  #rows: readonly string[] = [];

  constructor(members: readonly ComparedMember[], toLine: ToLine, note: Note) {
    this.#members = members;
    this.#toLine = toLine;
    this.#note = note;
    if (members.length === 1 && members[0].isAlone) this.#enter(0);
  }

  /** The tool goes on to a member of this name; members that it does not mention are skipped. Null: to the next. */
  member(name: string | null): void {
    if (this.#members[0]?.isAlone) return;
    let at = this.#member + 1;
    while (at < this.#members.length && name !== null && this.#members[at].name !== name) at++;
    this.#finishMember();
    this.#skip(at);
    if (at >= this.#members.length) this.#differ(this.#member, 'no more member', String(name));
    this.#enter(at);
  }

  /** One symbol, as the tool has it. */
  symbol(theirs: string): void {
    const ours = this.#rows[this.#row++];
    if (ours !== theirs) this.#differ(this.#member, ours, theirs);
  }

  finish(): number {
    this.#finishMember();
    this.#skip(this.#members.length);
    return this.differences;
  }

  #enter(at: number): void {
    this.#member = at;
    this.#row = 0;
    this.#rows = this.#members[at]?.rows(this.#toLine) ?? [];
  }

  /** Members after the current one, up to `end`, must have no symbols. */
  #skip(end: number): void {
    for (let at = this.#member + 1; at < Math.min(end, this.#members.length); at++) {
      const { length } = this.#members[at].rows(this.#toLine);
      if (length > 0) this.#differ(at, `${length} symbols`, 'no such member');
    }
  }

  #finishMember(): void {
    for (; this.#row < this.#rows.length; this.#row++)
      this.#differ(this.#member, this.#rows[this.#row], 'nothing more');
    this.#rows = [];
  }

  #differ(at: number, ours: string | undefined, theirs: string): void {
    this.differences++;
    if (this.differences <= MOST_NOTES)
      this.#note(this.#members[at]?.name ?? '?', ours ?? 'nothing more', theirs);
  }
}
