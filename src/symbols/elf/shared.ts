import type { ByteSource } from '../../bytes/byte-source.js';
import {
  ELFDATA2LSB,
  ET_DYN,
  SHN_UNDEF,
  SHT_DYNSYM,
  SHT_GNU_VERDEF,
  SHT_GNU_VERNEED,
  SHT_GNU_VERSYM,
  STB_LOCAL,
  STB_WEAK,
  STT_FUNC,
  STT_GNU_IFUNC,
  STT_TLS,
  STV_HIDDEN,
  STV_INTERNAL,
} from '../../core/elf/constants.js';
import { budgetOf, namesLimit } from '../budget.js';
import { DATA, DEFINITION, FUNCTION, REFERENCE, TLS, WEAK } from '../flags.js';
import type { SharedLibraryFormat, SharedLibraryInfo } from '../object-format.js';
import { endOfString } from '../string-table.js';
import { NONE, type SymbolSink } from '../table.js';
import { readElfHeader } from './header.js';
import { elfMachine } from './machine.js';
import { type ElfSection, type ElfSections, readSections, sectionAt, sectionBytes } from './sections.js';
import { type ElfSymbolTable, readTableIn } from './symtab.js';
import { readDefinedVersions, readNeededVersions } from './versions.js';

/** `.gnu.version`: the symbol is not what a name without a version binds to. */
const NOT_DEFAULT = 0x8000;
/** Versions below are `local` and `global`: no names. */
const FIRST_NAMED_VERSION = 2;

/**
 * ELF shared libraries (ET_DYN): `.dynsym`, with the versions that `.gnu.version`, `.gnu.version_d` and
 * `.gnu.version_r` give its symbols. A default version V of `f` defines both `f` and `f@V`; other versions define only
 * `f@V`, and a reference to a version is one to `f@V`. Like linkers and unlike loaders, the reader uses the section
 * headers.
 *
 * Source: gABI chapter 5; Linux Standard Base, "Symbol Versioning"; lld/ELF/InputFiles.cpp `SharedFile::parse`.
 */
export const elfShared: SharedLibraryFormat = {
  matches: (head) =>
    head[0] === 0x7f &&
    head[1] === 0x45 &&
    head[2] === 0x4c &&
    head[3] === 0x46 &&
    head[head[5] === ELFDATA2LSB ? 16 : 17] === ET_DYN &&
    head[head[5] === ELFDATA2LSB ? 17 : 16] === 0,
  read: readLibrary,
};

function readLibrary(library: ByteSource, out: SymbolSink): SharedLibraryInfo {
  const header = readElfHeader(library);
  const sections = readSections(library, header);
  const dynsym = sectionOfType(sections, SHT_DYNSYM);
  if (dynsym !== null) readDynamicSymbols(sections, readTableIn(sections, dynsym, null), out);
  const { bits, littleEndian } = header;
  return { format: 'elf', machine: elfMachine(header), bits, littleEndian, reexported: [], problem: null };
}

function sectionOfType(sections: ElfSections, type: number): ElfSection | null {
  for (let index = 1; index < sections.count; index++) {
    const section = sectionAt(sections, index);
    if (section.type === type) return section;
  }
  return null;
}

function readDynamicSymbols(sections: ElfSections, table: ElfSymbolTable, out: SymbolSink): void {
  const { bytes, data, layout, littleEndian, strings, count } = table;
  const versions = versionsOf(sections);
  const spendName = budgetOf(sections.object, 'symbol names', namesLimit(strings.bytes.length));
  for (let symbol = 1, at = layout.bytes; symbol < count; symbol++, at += layout.bytes) {
    const info = bytes[at + layout.info];
    if (!isForOthers(info, bytes[at + layout.other])) continue;
    const start = data.getUint32(at, littleEndian);
    const end = endOfString(strings, start);
    spendName(end - start);
    if (end === start) continue;
    const isDefined = data.getUint16(at + layout.sectionIndex, littleEndian) !== SHN_UNDEF;
    const flags = dynamicFlags(info, isDefined);
    const add = (name: number) => out.symbol(name, flags, NONE, 0, NONE, 0);
    const version = isDefined ? versions.defined(symbol) : versions.wanted(symbol);
    if (version.isDefault) add(out.intern(strings.bytes, start, end));
    if (version.name === null) continue;
    const versioned = Buffer.concat([strings.bytes.subarray(start, end), AT, version.name]);
    spendName(version.name.length);
    add(out.intern(versioned, 0, versioned.length));
  }
}

function isForOthers(info: number, other: number): boolean {
  const visibility = other & 3;
  return info >>> 4 !== STB_LOCAL && visibility !== STV_HIDDEN && visibility !== STV_INTERNAL;
}

const dynamicFlags = (info: number, isDefined: boolean): number =>
  (isDefined ? DEFINITION | kindOfType(info & 15) : REFERENCE) | (info >>> 4 === STB_WEAK ? WEAK : 0);

const AT = Buffer.from('@');

const kindOfType = (type: number): number =>
  type === STT_FUNC || type === STT_GNU_IFUNC ? FUNCTION : type === STT_TLS ? TLS : DATA;

/** The version of a symbol, and whether it is of the name without one, too. */
interface Version {
  readonly name: Uint8Array | null;
  readonly isDefault: boolean;
}
const UNVERSIONED: Version = { name: null, isDefault: true };

interface Versions {
  defined(symbol: number): Version;
  wanted(symbol: number): Version;
}

function versionsOf(sections: ElfSections): Versions {
  const versym = sectionOfType(sections, SHT_GNU_VERSYM);
  if (versym === null) return { defined: () => UNVERSIONED, wanted: () => UNVERSIONED };
  const indexes = sectionBytes(sections, versym, 'symbol versions');
  const namesIn = (type: number, read: typeof readDefinedVersions): Map<number, Uint8Array> => {
    const section = sectionOfType(sections, type);
    return section === null ? new Map() : read(sections, section);
  };
  const names = namesIn(SHT_GNU_VERDEF, readDefinedVersions);
  const needed = namesIn(SHT_GNU_VERNEED, readNeededVersions);
  return {
    defined: (symbol) => {
      const stored = indexes.u16(symbol * 2);
      const index = stored & ~NOT_DEFAULT;
      if (index < FIRST_NAMED_VERSION) return UNVERSIONED;
      const name = names.get(index);
      if (name === undefined) throw indexes.error(symbol * 2, `symbol ${symbol}: no version ${index}`);
      return { name, isDefault: (stored & NOT_DEFAULT) === 0 };
    },
    wanted: (symbol) => {
      const name = needed.get(indexes.u16(symbol * 2) & ~NOT_DEFAULT);
      return name === undefined ? UNVERSIONED : { name, isDefault: false };
    },
  };
}
