import type { ByteSource } from '../../bytes/byte-source.js';
import { budgetOf } from '../budget.js';
import type { ImageGroup, ImageSection, ObjectImage, SectionUse } from '../image/object-image.js';
import { NONE } from '../table.js';
import { isSectionDefinition } from './comdats.js';
import {
  IMAGE_COMDAT_SELECT_ASSOCIATIVE,
  IMAGE_SCN_CNT_CODE,
  IMAGE_SCN_CNT_UNINITIALIZED_DATA,
  IMAGE_SCN_LNK_COMDAT,
  IMAGE_SCN_LNK_INFO,
  IMAGE_SCN_MEM_EXECUTE,
  IMAGE_SCN_MEM_WRITE,
  IMAGE_SYM_CLASS_EXTERNAL,
} from './constants.js';
import { type CoffHeader, isAnonymous, readCoffHeader } from './header.js';
import { type ContentReading, readAddressSignificance, readContent } from './image-content.js';
import { type CoffImageSymbols, readImageSymbols } from './image-symbols.js';
import { holdsState, isThreadLocal, sideEffectKind } from './names.js';
import {
  type CoffSection,
  type CoffSections,
  characteristicsOf,
  readSections,
  sectionAt,
} from './sections.js';
import {
  auxCountOf,
  auxiliaryAt,
  type CoffSymbolTable,
  classOf,
  malformedSymbol,
  readSymbolTable,
  sectionNumberOf,
  symbolName,
} from './symtab.js';

/**
 * The image of a COFF object, regular or bigobj. Time stamps, checksums, the compiler's version (`@comp.id`) and debug
 * information are in no part of it.
 * @throws MalformedError for a broken object
 * @throws UnreadableError for a file that is not an object of native code
 */
export function readCoffImage(object: ByteSource): ObjectImage {
  const header = readCoffHeader(object);
  const table = readSymbolTable(object, header);
  const sections = readSections(object, header, table);
  const listed = Array.from({ length: sections.count }, (_, at) => sectionAt(sections, at + 1));
  const uses = listed.map(useOf);
  const symbols = readImageSymbols(sections, header, uses);
  const comdats = readComdats(sections, table, symbols);
  const reading: ContentReading = {
    sections,
    header,
    symbols,
    spendBytes: budgetOf(object, 'section contents'),
    spendRelocations: budgetOf(object, 'relocations'),
  };
  const image = {
    attributes: [...attributesOf(object, header), ...symbols.attributes].sort(),
    sections: listed.map((section, row) => readSection(reading, comdats, section, uses[row])),
    symbols: symbols.symbols,
    groups: comdats.groups,
  };
  return withoutIdents(image);
}

/** The image of an object without sections that only name the compiler, unless something refers to them. */
function withoutIdents(image: ObjectImage): ObjectImage {
  const idents = image.sections.map(isIdent);
  if (!idents.includes(true) || refersTo(image, idents)) return image;
  const sections = image.sections.map(
    (section, row): ImageSection => (idents[row] ? { ...section, ...NOTHING, use: 'ignored' } : section),
  );
  return { ...image, sections };
}

/** Characteristics; a bigobj has none. */
const attributesOf = (object: ByteSource, { machineNumber }: CoffHeader): string[] => {
  const head = object.viewUpTo(0, 20, 'COFF header');
  const flags = isAnonymous(head.bytes) ? 0 : head.u16(18);
  return [`machine 0x${machineNumber.toString(16)}`, `flags 0x${flags.toString(16)}`];
};

const DEBUG = /^\.(debug|zdebug|stab)/;
const SYMBOL_LIST = /^\.(gfids|giats|gljmp|gehcont|sxdata|llvm\.call-graph-profile)/;

function useOf({ name, characteristics }: CoffSection): SectionUse {
  if (DEBUG.test(name)) return 'ignored';
  if (name === '.llvm_addrsig') return 'addrsig';
  if (name === '.drectve' || (characteristics & IMAGE_SCN_LNK_INFO) !== 0) return 'directive';
  if ((characteristics & (IMAGE_SCN_CNT_CODE | IMAGE_SCN_MEM_EXECUTE)) !== 0) return 'code';
  if (/^\.[px]data(\$|$)/.test(name) || name.startsWith('.eh_frame')) return 'unwind';
  const kind = sideEffectKind(name);
  if (kind === 'constructors' || kind === 'destructors') return kind;
  if (kind !== null || SYMBOL_LIST.test(name)) return 'other';
  if (isThreadLocal(name)) return 'tls';
  if ((characteristics & IMAGE_SCN_CNT_UNINITIALIZED_DATA) !== 0) return 'zero';
  const isWritten = (characteristics & IMAGE_SCN_MEM_WRITE) !== 0 && holdsState(name);
  return isWritten ? 'data' : 'constant';
}

/** The name and build of a compiler, as GCC and clang for MinGW write them: `GCC: (GNU) 12-win32`. */
const IDENT = /^(?:(?:GCC: \(|clang version |\w+ clang version )[ -~]*\0+)+$/;

/** Whether a section holds nothing but names of compilers, like `.comment` on ELF. */
const isIdent = ({ name, use, bytes, relocations, group }: ImageSection): boolean =>
  name === '.rdata$zzz' &&
  use === 'constant' &&
  group === NONE &&
  relocations.length === 0 &&
  IDENT.test(Buffer.from(bytes).toString('latin1'));

/** Whether a relocation or a named symbol leads to one of these sections. */
function refersTo({ sections, symbols }: ObjectImage, rows: readonly boolean[]): boolean {
  const isIn = (row: number) => row >= 0 && rows[row];
  return (
    symbols.some(({ section }) => isIn(section)) ||
    sections.some(({ relocations }) => relocations.some(({ section }) => isIn(section)))
  );
}

/** Data of each COMDAT section, by row. */
interface ImageComdats {
  readonly groups: readonly ImageGroup[];
  readonly groupOf: Int32Array;
  readonly follows: Int32Array;
}

/** A group for each COMDAT section, named after its leader: the first symbol of the section after the section's own. */
function readComdats(
  sections: CoffSections,
  table: CoffSymbolTable,
  { rowOf }: CoffImageSymbols,
): ImageComdats {
  const groups: ImageGroup[] = [];
  const groupOf = new Int32Array(sections.count).fill(NONE);
  const follows = new Int32Array(sections.count).fill(NONE);
  const selection = new Map<number, number>();
  const noteSection = (symbol: number, number: number): void => {
    const rule = table.view.u8(auxiliaryAt(table, symbol) + 14);
    if (rule === IMAGE_COMDAT_SELECT_ASSOCIATIVE) follows[number - 1] = parentOf(sections, table, symbol);
    else selection.set(number, rule);
  };
  const noteLeader = (symbol: number, number: number): void => {
    if (!selection.has(number) || groupOf[number - 1] !== NONE || rowOf[symbol] === NONE) return;
    groupOf[number - 1] = groups.length;
    // A static leader competes with nothing, whatever its name.
    const signature = classOf(table, symbol) === IMAGE_SYM_CLASS_EXTERNAL ? symbolName(table, symbol) : '';
    groups.push({ signature, sections: [number - 1], rule: `selection ${selection.get(number)}` });
  };
  for (let symbol = 0; symbol < table.count; symbol += 1 + auxCountOf(table, symbol)) {
    const number = sectionNumberOf(table, symbol);
    if (number < 1 || number > sections.count) continue;
    if ((characteristicsOf(sections, number) & IMAGE_SCN_LNK_COMDAT) === 0) continue;
    if (isSectionDefinition(table, symbol)) noteSection(symbol, number);
    else noteLeader(symbol, number);
  }
  return { groups, groupOf, follows };
}

/** Number 12 (u16)  NumberHigh 16 (u16, in a bigobj): the section that an associative one follows. */
function parentOf(sections: CoffSections, table: CoffSymbolTable, symbol: number): number {
  const auxiliary = auxiliaryAt(table, symbol);
  const high = table.recordBytes === 20 ? table.view.u16(auxiliary + 16) : 0;
  const parent = high * 0x10000 + table.view.u16(auxiliary + 12);
  if (parent < 1 || parent > sections.count)
    throw malformedSymbol(table, symbol, `no section ${parent} to be associated with`);
  return parent - 1;
}

const NOTHING = { bytes: new Uint8Array(0), relocations: [] };

function readSection(
  reading: ContentReading,
  { groupOf, follows }: ImageComdats,
  section: CoffSection,
  use: SectionUse,
): ImageSection {
  const { number, name, size, characteristics } = section;
  const alignment = (characteristics >>> 20) & 15;
  const isZero = (characteristics & IMAGE_SCN_CNT_UNINITIALIZED_DATA) !== 0;
  // Compilers write a symbol for each section; without any the table's numbers are those of before.
  const isNumbered = reading.symbols.sectionOf.some((row) => row !== NONE);
  const significance = use === 'addrsig' && isNumbered ? readAddressSignificance(reading, section) : null;
  const isIgnored = use === 'ignored' || (use === 'addrsig' && significance === null);
  const content = significance ?? (isIgnored || isZero ? NOTHING : readContent(reading, section));
  return {
    number,
    name,
    use: isIgnored ? 'ignored' : use,
    type: 0,
    flags: BigInt(characteristics >>> 0),
    isWritable:
      (use === 'data' || use === 'zero' || use === 'tls') && (characteristics & IMAGE_SCN_MEM_WRITE) !== 0,
    alignment: alignment === 0 ? 16 : 2 ** (alignment - 1),
    entrySize: 0,
    size,
    ...content,
    group: groupOf[number - 1],
    follows: follows[number - 1],
  };
}
