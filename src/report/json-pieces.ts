/** Characters that are gathered into one piece. */
const PIECE = 1 << 16;
/** Elements of a long array that are one part. */
const ELEMENTS = 256;
/** Levels of a document at which objects and short arrays are divided: values further down are short. */
const DEPTH = 3;

/**
 * The text of `JSON.stringify(value, null, 1)` in pieces, so that a large document is never in memory as a whole.
 * @param value of plain objects, arrays and primitive values
 */
export function* jsonPieces(value: unknown): Generator<string> {
  let parts: string[] = [];
  let length = 0;
  for (const part of partsOf(value, 0)) {
    parts.push(part);
    length += part.length;
    if (length < PIECE) continue;
    yield parts.join('');
    parts = [];
    length = 0;
  }
  yield parts.join('');
}

function* partsOf(value: unknown, level: number): Generator<string> {
  if (typeof value !== 'object' || value === null || level > DEPTH) yield textAt(value, level);
  else if (!Array.isArray(value)) yield* partsOfObject(value, level);
  else if (value.length > ELEMENTS) yield* partsOfLongArray(value, level);
  else yield* partsOfArray(value, level);
}

function* partsOfObject(value: object, level: number): Generator<string> {
  const indent = ' '.repeat(level);
  let isEmpty = true;
  for (const [key, property] of Object.entries(value)) {
    if (property === undefined) continue;
    yield `${isEmpty ? '{' : ','}\n${indent} ${JSON.stringify(key)}: `;
    yield* partsOf(property, level + 1);
    isEmpty = false;
  }
  yield isEmpty ? '{}' : `\n${indent}}`;
}

function* partsOfArray(value: readonly unknown[], level: number): Generator<string> {
  const indent = ' '.repeat(level);
  for (const [at, element] of value.entries()) {
    yield `${at === 0 ? '[' : ','}\n${indent} `;
    yield* partsOf(element ?? null, level + 1);
  }
  yield value.length === 0 ? '[]' : `\n${indent}]`;
}

function* partsOfLongArray(value: readonly unknown[], level: number): Generator<string> {
  const end = `\n${' '.repeat(level)}]`;
  for (let at = 0; at < value.length; at += ELEMENTS) {
    const text = textAt(value.slice(at, at + ELEMENTS), level);
    yield `${at === 0 ? '[' : ','}${text.slice(1, text.length - end.length)}`;
  }
  yield end;
}

/** The text of a value as it is at a level of a document: that of the value inside as many arrays, without theirs. */
function textAt(value: unknown, level: number): string {
  let nested = value;
  for (let outer = 0; outer < level; outer++) nested = [nested];
  const text = JSON.stringify(nested, null, 1);
  // Each array has a bracket, a line break and blanks before the value; a line break, blanks and a bracket after it.
  return text.slice((level * (level + 5)) / 2, text.length - (level * (level + 3)) / 2);
}
