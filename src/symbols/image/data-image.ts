import { FIRST_VALUE } from '../macho/constants.js';
import type { ImageSection, ImageSymbol, ObjectImage, SectionUse } from './object-image.js';

/** The properties of a section that its data has. */
export type DataSection = Pick<
  ImageSection,
  | 'number'
  | 'name'
  | 'use'
  | 'flags'
  | 'isWritable'
  | 'alignment'
  | 'entrySize'
  | 'size'
  | 'bytes'
  | 'relocations'
>;

/** The symbols of an object, by row; a column each for those properties that are asked of all symbols. */
export interface DataSymbols {
  /** As `ImageSymbol.section` has it; symbols that an image leaves out are in UNLISTED_SECTION. */
  readonly section: Int32Array;
  /** Bytes from the start of its section; a value if absolute, the alignment if common. Exact up to 2⁵³. */
  readonly value: Float64Array;
  /** 1 for a local symbol. */
  readonly isLocal: Uint8Array;
  /** Whether data is compared under its name. */
  isCompared(row: number): boolean;
  /** Labels of the assembler (`L_.str`, `ltmp0`) are within what they are in. */
  isLabel(row: number): boolean;
  size(row: number): number;
  name(row: number): string;
}

/** Sections and symbols of an object whose data is compared. Rows are the implementation's own. */
export interface DataImage {
  /** As `ObjectImage.attributes`. */
  readonly attributes: readonly string[];
  readonly symbols: DataSymbols;
  useOf(section: number): SectionUse;
  /**
   * @throws MalformedError, UnreadableError for a section that cannot be read; its bytes and relocations throw them,
   *   too
   */
  section(row: number): DataSection;
  /** Checks all that an image of the object would have. @throws the same */
  requireWhole(): void;
}

/** A whole image, with its own rows. */
export function dataImageOf({ attributes, sections, symbols }: ObjectImage): DataImage {
  return {
    attributes,
    useOf: (row) => sections[row].use,
    section: (row) => sections[row],
    requireWhole: () => {},
    symbols: {
      section: Int32Array.from(symbols, ({ section }) => section),
      value: Float64Array.from(symbols, ({ value }) => Number(value)),
      isLocal: Uint8Array.from(symbols, (symbol) => (isLocal(symbol) ? 1 : 0)),
      isCompared: (row) => !isLocal(symbols[row]) || isFirstValue(symbols[row]),
      isLabel: (row) => isLocal(symbols[row]) && LABEL.test(symbols[row].name),
      size: (row) => Number(symbols[row].size),
      name: (row) => symbols[row].name,
    },
  };
}

/** Names of labels. */
export const LABEL = /^(?:\.?L|ltmp\d)/;

const isLocal = ({ binding }: ImageSymbol): boolean => binding === 'local';

/** Of a thread-local variable of Mach-O: the variable itself is a descriptor. */
const isFirstValue = ({ name }: ImageSymbol): boolean => name.endsWith(FIRST_VALUE);
