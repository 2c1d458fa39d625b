/*
 * Archives put together by hand from headers and numbers, knowing nothing of the code under test. What they hold
 * was compared with the output of GNU ar 2.40, llvm-ar 14–22 and llvm-lib.
 */

/** A header and its data. */
export interface Part {
  /** Name field, without padding. */
  readonly field: string;
  /** The data, or what makes them from the header offsets of all parts; their length must not depend on those. */
  readonly data: Uint8Array | ((offsets: readonly number[]) => Uint8Array);
  /** Written as size instead of the length of the data: thin archives. */
  readonly size?: number;
  /** The date, uid, gid and mode fields of the header: 32 characters. */
  readonly meta?: string;
}

export const REGULAR = '!<arch>\n';
export const THIN = '!<thin>\n';
export const META = '0           0     0     644     ';
export const INDEX_META = '0           0     0     0       ';
export const BLANK_META = ' '.repeat(32);

/** One byte a character. */
export function text(characters: string): Uint8Array {
  return Uint8Array.from(characters, (character) => character.charCodeAt(0));
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}

/** Numbers of `width` bytes each. */
export function numbers(width: 2 | 4 | 8, littleEndian: boolean, ...values: readonly number[]): Uint8Array {
  const data = new DataView(new ArrayBuffer(width * values.length));
  values.forEach((value, at) => {
    if (width === 2) data.setUint16(2 * at, value, littleEndian);
    else if (width === 4) data.setUint32(4 * at, value, littleEndian);
    else data.setBigUint64(8 * at, BigInt(value), littleEndian);
  });
  return new Uint8Array(data.buffer);
}

export function cStrings(...names: readonly string[]): Uint8Array {
  return text(names.map((name) => `${name}\0`).join(''));
}

/** `bytes` with `fill` behind them up to a multiple of `alignment`. */
export function padded(bytes: Uint8Array, alignment: number, fill = 0): Uint8Array {
  const out = new Uint8Array(Math.ceil(bytes.length / alignment) * alignment).fill(fill);
  out.set(bytes);
  return out;
}

/** The parts one after another, with a newline behind odd data. */
export function build(magic: string, parts: readonly Part[]): Uint8Array {
  const offsets: number[] = parts.map(() => 0);
  const compose = () => {
    const pieces = [text(magic)];
    let end = magic.length;
    parts.forEach((part, at) => {
      offsets[at] = end;
      const data = typeof part.data === 'function' ? part.data(offsets) : part.data;
      const size = String(part.size ?? data.length).padEnd(10);
      const piece = concat(text(`${part.field.padEnd(16)}${part.meta ?? META}${size}\`\n`), data);
      // The magic is of even length, so what is even here is even in the file.
      pieces.push(padded(piece, 2, 0x0a));
      end += pieces[at + 1].length;
    });
    return concat(...pieces);
  };
  compose();
  return compose();
}

/** `/` or `/SYM64/`. @param rows name and number of the part that defines it */
export function offsetIndex(width: 4 | 8, rows: readonly (readonly [string, number])[]): Part {
  return {
    field: width === 4 ? '/' : '/SYM64/',
    meta: INDEX_META,
    data: (offsets) =>
      padded(
        concat(
          numbers(width, false, rows.length, ...rows.map(([, part]) => offsets[part])),
          cStrings(...rows.map(([name]) => name)),
        ),
        2,
      ),
  };
}

export interface PairOptions {
  readonly name: string;
  readonly width?: 4 | 8;
  readonly littleEndian?: boolean;
  /** Of the data of the whole table, behind the inline name. */
  readonly alignment?: number;
  /** Apple counts the padding into the length of the names. */
  readonly countsPadding?: boolean;
  /** Length of the inline name; 0 puts the name in the header. */
  readonly nameSize: number;
  readonly meta?: string;
}

/** `__.SYMDEF*` */
export function pairIndex(rows: readonly (readonly [string, number])[], options: PairOptions): Part {
  const { width = 4, littleEndian = true, alignment = 8, nameSize, meta = INDEX_META } = options;
  const names = cStrings(...rows.map(([name]) => name));
  const starts = rows.map((_, at) => cStrings(...rows.slice(0, at).map(([name]) => name)).length);
  const pairSize = 2 * width * rows.length;
  const padding = padded(new Uint8Array(2 * width + pairSize + names.length), alignment).length;
  const namesSize = options.countsPadding ? padding - 2 * width - pairSize : names.length;
  return {
    field: nameSize === 0 ? options.name : `#1/${nameSize}`,
    meta,
    data: (offsets) =>
      concat(
        padded(text(options.name), nameSize || 1).subarray(0, nameSize),
        numbers(width, littleEndian, pairSize),
        numbers(width, littleEndian, ...rows.flatMap(([, part], at) => [starts[at], offsets[part]])),
        numbers(width, littleEndian, namesSize),
        padded(concat(new Uint8Array(2 * width + pairSize), names), alignment).subarray(2 * width + pairSize),
      ),
  };
}

/** COFF's second linker member. @param rows sorted by name; @param members numbers of the parts that are members */
export function coffIndex(rows: readonly (readonly [string, number])[], members: readonly number[]): Part {
  return {
    field: '/',
    meta: INDEX_META,
    data: (offsets) =>
      padded(
        concat(
          numbers(4, true, members.length, ...members.map((part) => offsets[part]), rows.length),
          numbers(2, true, ...rows.map(([, part]) => members.indexOf(part) + 1)),
          cStrings(...rows.map(([name]) => name)),
        ),
        2,
      ),
  };
}

/** A BSD member (`#1/N`): the name precedes the data and is padded to `nameSize` bytes. */
export function inlineNamed(name: string, nameSize: number, data: Uint8Array, meta = META): Part {
  return { field: `#1/${nameSize}`, meta, data: concat(padded(text(name), nameSize), data) };
}

/** AIX big archive; the chain runs in the order given. */
export function buildAix(
  members: readonly { name: string; data: Uint8Array }[],
  index: Uint8Array | null,
): Uint8Array {
  const decimal = (value: number, width: number) => String(value).padEnd(width);
  const all = index === null ? members : [...members, { name: '', data: index }];
  const offsets: number[] = [];
  let end = 128;
  for (const { name, data } of all) {
    offsets.push(end);
    end += padded(new Uint8Array(112 + padded(text(name), 2).length + 2 + data.length), 2).length;
  }
  const last = members.length - 1;
  const gst = index === null ? 0 : offsets[members.length];
  const fields = [0, gst, 0, offsets[0] ?? 0, offsets[last] ?? 0, 0].map((value) => decimal(value, 20));
  const parts = all.map(({ name, data }, at) => {
    const link = at < last ? offsets[at + 1] : 0;
    const previous = at > 0 ? offsets[at - 1] : 0;
    const numbers = decimal(data.length, 20) + decimal(link, 20) + decimal(previous, 20);
    const rest =
      decimal(0, 12) + decimal(0, 12) + decimal(0, 12) + decimal(644, 12) + decimal(name.length, 4);
    return padded(concat(text(numbers + rest), padded(text(name), 2), text('`\n'), data), 2);
  });
  return concat(text(`<bigaf>\n${fields.join('')}`), ...parts);
}
