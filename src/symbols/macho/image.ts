import type { ByteSource } from '../../bytes/byte-source.js';
import { budgetOf, namesLimit } from '../budget.js';
import {
  ABSOLUTE_SECTION,
  COMMON_SECTION,
  type ImageSection,
  type ImageSymbol,
  type ObjectImage,
  type SectionUse,
  UNDEFINED_SECTION,
} from '../image/object-image.js';
import { UnreadableError } from '../object-format.js';
import { NONE } from '../table.js';
import { type MachoSection, readCommands } from './commands.js';
import {
  CPU_ARCH_ABI64,
  CPU_ARCH_ABI64_32,
  CPU_TYPE_ARM,
  CPU_TYPE_X86,
  MH_SUBSECTIONS_VIA_SYMBOLS,
  N_ABS,
  N_EXT,
  N_SECT,
  N_STAB,
  N_TYPE,
  N_UNDF,
  N_WEAK_DEF,
  N_WEAK_REF,
  S_ATTR_DEBUG,
  SECTION_TYPE,
} from './constants.js';
import { type MachoHeader, readObjectHeader } from './header.js';
import { readImageAttributes } from './image-attributes.js';
import type { SectionReading } from './image-reading.js';
import { readImageRelocations } from './image-relocations.js';
import { holdsState, isCode, isThreadLocal, isZeroFill, sectionTitle, sideEffectOf } from './sections.js';
import { isTemporaryName, type MachoSymbolTable, nameOf, readSymbolTable, symbolAt } from './symtab.js';

/**
 * The image of a Mach-O object for x86-64, arm64 or arm64_32.
 * @throws MalformedError for a broken object
 * @throws UnreadableError for other processors, whose relocations are scattered
 */
export function readMachoImage(object: ByteSource): ObjectImage {
  const header = readObjectHeader(object);
  requireKnownRelocations(header);
  const { sections, symtab } = readCommands(header);
  const table = symtab === null ? null : readSymbolTable(object, header, symtab);
  const symbols =
    table === null ? { symbols: [], rowOf: new Int32Array(0) } : readSymbols(object, header, sections, table);
  const spend = budgetOf(object, 'section contents');
  return {
    attributes: readImageAttributes(object, header),
    sections: sections.map((section, row) =>
      readSection({ object, header, sections, rowOf: symbols.rowOf, spend }, section, row),
    ),
    symbols: symbols.symbols,
    groups: [],
  };
}

function requireKnownRelocations({ cpuType, machine }: MachoHeader): void {
  const known = [
    CPU_TYPE_X86 | CPU_ARCH_ABI64,
    CPU_TYPE_ARM | CPU_ARCH_ABI64,
    CPU_TYPE_ARM | CPU_ARCH_ABI64_32,
  ];
  if (!known.includes(cpuType)) throw new UnreadableError(`relocations of Mach-O objects for ${machine}`);
}

function readSection(reading: SectionReading, section: MachoSection, row: number): ImageSection {
  const use = useOf(section);
  const isEmpty = use === 'ignored' || isZeroFill(section);
  if (!isEmpty) reading.spend(section.size + section.relocationCount * 8);
  return {
    number: row + 1,
    name: sectionTitle(section),
    use,
    type: section.flags & SECTION_TYPE,
    flags: BigInt(section.flags >>> 8),
    isWritable: holdsState(section),
    alignment: 2 ** Math.min(section.alignment, 63),
    entrySize: section.reserved2,
    size: section.size,
    ...(isEmpty ? { bytes: new Uint8Array(0), relocations: [] } : readImageRelocations(reading, section)),
    group: NONE,
    follows: NONE,
  };
}

const UNWIND = new Set(['__eh_frame', '__gcc_except_tab']);

function useOf(section: MachoSection): SectionUse {
  // Marked as debug information, and read by every linker.
  if (section.name === '__compact_unwind') return 'unwind';
  if ((section.flags & S_ATTR_DEBUG) !== 0 || section.segment === '__DWARF') return 'ignored';
  if (section.name === '__llvm_addrsig') return 'addrsig';
  const kind = sideEffectOf(section);
  if (kind === 'constructors' || kind === 'destructors') return kind;
  if (kind !== null) return 'other';
  if (isCode(section)) return 'code';
  if (UNWIND.has(section.name)) return 'unwind';
  if (section.segment === '__LLVM' || section.segment === '__LD') return 'other';
  if (isThreadLocal(section)) return 'tls';
  if (isZeroFill(section)) return 'zero';
  return holdsState(section) ? 'data' : 'constant';
}

function readSymbols(
  object: ByteSource,
  { flags }: MachoHeader,
  sections: readonly MachoSection[],
  table: MachoSymbolTable,
): { readonly symbols: readonly ImageSymbol[]; readonly rowOf: Int32Array } {
  const rowOf = new Int32Array(table.count).fill(NONE);
  const symbols: ImageSymbol[] = [];
  const spend = budgetOf(object, 'symbol names', namesLimit(table.strings.bytes.length));
  const isDivided = (flags & MH_SUBSECTIONS_VIA_SYMBOLS) !== 0;
  for (let number = 0; number < table.count; number++) {
    // Debug notes: paths, time stamps, and what is where in the source.
    if ((symbolAt(table, number).type & N_STAB) !== 0) continue;
    const symbol = readSymbol(sections, table, number, isDivided);
    spend(symbol.name.length);
    rowOf[number] = symbols.length;
    symbols.push(symbol);
  }
  return { symbols, rowOf };
}

function readSymbol(
  sections: readonly MachoSection[],
  table: MachoSymbolTable,
  number: number,
  isDivided: boolean,
): ImageSymbol {
  const symbol = symbolAt(table, number);
  const { type, description, value } = symbol;
  const name = nameOf(table, symbol);
  const isExternal = (type & N_EXT) !== 0;
  const isWeak = (description & ((type & N_TYPE) === N_UNDF ? N_WEAK_REF : N_WEAK_DEF)) !== 0;
  const binding = !isExternal ? 'local' : isWeak ? 'weak' : 'global';
  const common = { number, name, binding, type, other: description, marker: null } as const;
  switch (type & N_TYPE) {
    case N_SECT: {
      const section = sections[symbol.section - 1];
      if (section === undefined)
        throw table.view.error(number * table.entrySize, `no section ${symbol.section}`);
      const offset = value - section.address;
      // A symbol divides its section, unless it is where the section starts; a mark of its own counts anywhere.
      const isAtom = isDivided && offset !== 0 && !isTemporaryName(name);
      const marker = !isExternal && (isAtom || description !== 0) ? 'atom' : null;
      return { ...common, section: symbol.section - 1, value: BigInt(offset), size: 0n, marker };
    }
    case N_ABS:
      return { ...common, section: ABSOLUTE_SECTION, value: BigInt(value), size: 0n };
    case N_UNDF:
      return value === 0 || !isExternal
        ? { ...common, section: UNDEFINED_SECTION, value: 0n, size: 0n }
        : {
            ...common,
            section: COMMON_SECTION,
            value: 1n << BigInt((description >> 8) & 15),
            size: BigInt(value),
          };
    default:
      throw new UnreadableError(`symbol ${number} of type 0x${type.toString(16)}`);
  }
}
