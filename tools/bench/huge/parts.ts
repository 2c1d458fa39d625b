import { writeElf } from '../../../test/builders/write-elf.js';

/** A member of an archive that is made. */
export interface Part {
  readonly name: string;
  /** Null for a hole: so many zeros that no disk holds them. */
  readonly data: Buffer | null;
  /** The name that it defines; null for a hole. */
  readonly symbol: string | null;
}

/** Of equal length, so that the objects of all names are one with another name in it. */
export const nameOf = (number: number): string => `fn_${String(number).padStart(7, '0')}`;

/** Makes objects that each define one function, and refer to the next one where `hasReference`. */
function template(hasReference: boolean): (number: number) => Buffer {
  const [own, wanted] = [nameOf(9999991), nameOf(9999992)];
  const symbol = (letter: string, name: string) => ({ letter, name, marks: new Map() });
  const symbols = [symbol('T', own), ...(hasReference ? [symbol('U', wanted)] : [])];
  const object = { archive: null, name: 'a.o', marks: new Map(), symbols };
  const bytes = Buffer.from(writeElf(object, { member: 1, firstSymbol: 1 }));
  const places = [own, wanted].map((name) => bytes.indexOf(`${name}\0`, 0, 'latin1'));
  return (number) => {
    const made = Buffer.from(bytes);
    made.write(nameOf(number), places[0], 'latin1');
    if (hasReference) made.write(nameOf(number + 1), places[1], 'latin1');
    return made;
  };
}

/** An object that defines `nameOf(number)`. */
export const plain = template(false);
/** The same, which refers to the next. */
export const chained = template(true);
