import type { ByteSource } from '../../../bytes/byte-source.js';

/** Content of a YAML document. Scalars are unparsed text, even numbers; an empty value is the empty string. */
export type PlainYaml = string | readonly PlainYaml[] | ReadonlyMap<string, PlainYaml>;

export interface PlainDocument {
  /** The tag after `---`; empty without one. */
  readonly tag: string;
  readonly content: PlainYaml;
}

/** Deeper than text stubs nest, by far. */
const DEEPEST_NESTING = 32;

/**
 * The part of YAML that tools write for other tools: blocks of mappings and sequences, `[…]` and `{…}` over several
 * lines, plain and quoted text in one line, comments, several documents. Anchors, tags within, and text in blocks are
 * malformed. A parser of all of YAML takes 110 kB and 4 µs a byte; system libraries have stubs of some 100 kB.
 *
 * @param text a character for each byte
 * @throws MalformedError
 */
export function readPlainYaml(source: ByteSource, text: string): PlainDocument[] {
  const documents: PlainDocument[] = [];
  const starts = [...text.matchAll(/^---(?:[ \t]+([^\r\n]*?))?[ \t]*\r?$/gm)];
  for (const [index, start] of starts.entries()) {
    const from = start.index + start[0].length;
    const next = starts[index + 1]?.index ?? text.length;
    const end = /^\.\.\.[ \t]*\r?$/m.exec(text.slice(from, next));
    const reader = new PlainReader(source, text.slice(0, end ? from + end.index : next), from);
    documents.push({ tag: start[1] ?? '', content: reader.readAll() });
  }
  return documents;
}

const SPACE = /(?:[ \t\r\n]+|(?<![^ \t\r\n])#[^\n]*)*/y;
/** Ends at `: `, ` #`, and the end of the line; within brackets also at their marks. */
const BLOCK_TEXT = /(?:[^\s:#]|:(?![ \t\r\n]|$)|(?<=\S)#|[ \t]+(?![#\s]|:(?:\s|$)))+/y;
const FLOW_TEXT = /(?:[^\s:#,[\]{}]|:(?![ \t\r\n,[\]{}]|$)|(?<=\S)#|[ \t]+(?![#\s,[\]{}]|:(?:\s|$)))+/y;
const SINGLE_QUOTED = /'((?:[^'\n]|'')*)'/y;
const DOUBLE_QUOTED = /"((?:[^"\\\n]|\\["\\/])*)"/y;
const COLON = /[ \t]*:(?=[ \t\r\n,[\]{}]|$)/y;

/** Reads one document, from `at` up to the end of the text. */
class PlainReader {
  #lineStart: number;

  constructor(
    readonly source: ByteSource,
    readonly text: string,
    private at: number,
  ) {
    this.#lineStart = text.lastIndexOf('\n', at) + 1;
  }

  readAll(): PlainYaml {
    const content = this.#readNode(0, 0);
    this.#skipSpace();
    if (this.at < this.text.length) throw this.#error('not understood from here on');
    return content;
  }

  #error(problem: string) {
    return this.source.error(this.at, `text stub: ${problem}`);
  }

  /** Consumes a match of the pattern at the current position; null if the pattern does not match here. */
  #take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (found !== null) this.at = pattern.lastIndex;
    return found;
  }

  /** Skips space and line ends. Scalars do not contain line ends, so only this method tracks the line's start. */
  #skipSpace(): void {
    const from = this.at;
    this.#take(SPACE);
    const end = this.text.slice(from, this.at).lastIndexOf('\n');
    if (end >= 0) this.#lineStart = from + end + 1;
  }

  get #column(): number {
    return this.at - this.#lineStart;
  }

  #isEntry(): boolean {
    return this.text[this.at] === '-' && /[ \t\r\n]|^$/.test(this.text[this.at + 1] ?? '');
  }

  /** Reads the node at the current position; the empty string if it is indented by fewer than `least` columns. */
  #readNode(least: number, depth: number): PlainYaml {
    if (depth > DEEPEST_NESTING) throw this.#error(`nested more than ${DEEPEST_NESTING} deep`);
    this.#skipSpace();
    if (this.at >= this.text.length || this.#column < least) return '';
    if (this.#isEntry()) return this.#readSequence(this.#column, depth);
    const column = this.#column;
    if (this.text[this.at] === '[' || this.text[this.at] === '{') return this.#readFlow(depth);
    const scalar = this.#readScalar(BLOCK_TEXT);
    return this.#take(COLON) === null ? scalar : this.#readMapping(column, scalar, depth);
  }

  #readSequence(column: number, depth: number): PlainYaml[] {
    const items: PlainYaml[] = [];
    while (this.at < this.text.length && this.#column === column && this.#isEntry()) {
      this.at++;
      items.push(this.#readNode(column + 1, depth + 1));
      this.#skipSpace();
    }
    return items;
  }

  /** @param key the first one, whose colon was read */
  #readMapping(column: number, key: string, depth: number): ReadonlyMap<string, PlainYaml> {
    const entries = new Map<string, PlainYaml>();
    let name = key;
    for (;;) {
      if (entries.has(name)) throw this.#error(`key '${name}' is duplicated`);
      this.#skipSpace();
      const isSequenceBelow = this.#column === column && this.at < this.text.length && this.#isEntry();
      const value = isSequenceBelow
        ? this.#readSequence(column, depth + 1)
        : this.#readNode(column + 1, depth + 1);
      entries.set(name, value);
      this.#skipSpace();
      if (this.at >= this.text.length || this.#column !== column || this.#isEntry()) return entries;
      name = this.#readScalar(BLOCK_TEXT);
      if (this.#take(COLON) === null) throw this.#error('key without a colon');
    }
  }

  /** `[a, b]`, `{a: b}`. */
  #readFlow(depth: number): PlainYaml {
    if (depth > DEEPEST_NESTING) throw this.#error(`nested more than ${DEEPEST_NESTING} deep`);
    const isMap = this.text[this.at++] === '{';
    const end = isMap ? '}' : ']';
    const items: PlainYaml[] = [];
    const entries = new Map<string, PlainYaml>();
    for (;;) {
      this.#skipSpace();
      if (this.text[this.at] === end) break;
      if (isMap) entries.set(this.#readFlowKey(depth), this.#readFlowItem(depth));
      else items.push(this.#readFlowItem(depth));
      this.#skipSpace();
      if (this.text[this.at] === ',') this.at++;
      else if (this.text[this.at] !== end) throw this.#error('list without an end');
    }
    this.at++;
    return isMap ? entries : items;
  }

  /** A key with its colon, and the space after it. */
  #readFlowKey(depth: number): string {
    const key = this.#readFlowItem(depth);
    if (typeof key !== 'string' || this.#take(COLON) === null) throw this.#error('key without a colon');
    this.#skipSpace();
    return key;
  }

  #readFlowItem(depth: number): PlainYaml {
    const isNested = this.text[this.at] === '[' || this.text[this.at] === '{';
    return isNested ? this.#readFlow(depth + 1) : this.#readScalar(FLOW_TEXT);
  }

  #readScalar(plain: RegExp): string {
    const single = this.#take(SINGLE_QUOTED);
    if (single !== null) return single[1].replaceAll("''", "'");
    const double = this.#take(DOUBLE_QUOTED);
    if (double !== null) return double[1].replace(/\\(.)/g, '$1');
    if (/['"&*!|>%@`]/.test(this.text[this.at] ?? '')) throw this.#error('text of a kind that is not read');
    const found = this.#take(plain);
    if (found === null) throw this.#error('text is missing');
    return found[0];
  }
}
