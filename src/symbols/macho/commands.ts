import type { ByteView } from '../../bytes/byte-view.js';
import { stringEntries } from '../side-effect-entries.js';
import {
  LC_DYLD_EXPORTS_TRIE,
  LC_DYLD_INFO,
  LC_DYLD_INFO_ONLY,
  LC_LINKER_OPTION,
  LC_REEXPORT_DYLIB,
  LC_SEGMENT,
  LC_SEGMENT_64,
  LC_SYMTAB,
} from './constants.js';
import type { MachoHeader } from './header.js';

/** A section of a Mach-O object, as its segment command describes it. */
export interface MachoSection {
  /** `__DATA,__bss`. Objects have one segment without a name; the section knows the one it is meant for. */
  readonly segment: string;
  readonly name: string;
  readonly address: number;
  readonly size: number;
  readonly offset: number;
  /** log2. */
  readonly alignment: number;
  readonly relocationsOffset: number;
  readonly relocationCount: number;
  /** Type and attributes. */
  readonly flags: number;
  /** Bytes of one entry, of sections that are tables of stubs. */
  readonly reserved2: number;
}

export interface SymtabCommand {
  readonly symbolsOffset: number;
  readonly symbolCount: number;
  readonly stringsOffset: number;
  readonly stringsSize: number;
}

/** Content of the load commands of an object, as far as it is needed. */
export interface MachoCommands {
  /** Symbols count them from 1: `sections[n_sect - 1]`. */
  readonly sections: readonly MachoSection[];
  readonly symtab: SymtabCommand | null;
  /** One text for each LC_LINKER_OPTION: `-framework Foundation`. */
  readonly linkerOptions: readonly string[];
}

/** Content of the load commands of a shared library that describes its exports. */
export interface LibraryCommands {
  readonly symtab: SymtabCommand | null;
  /** Where the trie of exports is; null for libraries from before there were such. */
  readonly exports: { readonly offset: number; readonly size: number } | null;
  /** Install names of libraries whose exports it offers as its own. */
  readonly reexported: readonly string[];
}

/** A load command is `cmd`, `cmdsize`, and what belongs to it. */
export function readCommands(header: MachoHeader): MachoCommands {
  const sections: MachoSection[] = [];
  const linkerOptions: string[] = [];
  let symtab: SymtabCommand | null = null;
  for (const { kind, command } of eachCommand(header)) {
    if (kind === LC_SEGMENT || kind === LC_SEGMENT_64) {
      for (const section of readSections(command, kind === LC_SEGMENT_64)) sections.push(section);
    } else if (kind === LC_SYMTAB) symtab ??= readSymtab(command);
    else if (kind === LC_LINKER_OPTION) {
      // A count, then as many strings.
      linkerOptions.push(
        stringEntries(command.slice(12, command.length - 12, 'linker option').bytes).join(' '),
      );
    }
  }
  return { sections, symtab, linkerOptions };
}

export function readLibraryCommands(header: MachoHeader): LibraryCommands {
  const reexported: string[] = [];
  let symtab: SymtabCommand | null = null;
  let exports: LibraryCommands['exports'] = null;
  for (const { kind, command } of eachCommand(header)) {
    if (kind === LC_SYMTAB) symtab ??= readSymtab(command);
    else if (kind === LC_DYLD_INFO || kind === LC_DYLD_INFO_ONLY)
      exports ??= { offset: command.u32(40), size: command.u32(44) };
    else if (kind === LC_DYLD_EXPORTS_TRIE) exports ??= { offset: command.u32(8), size: command.u32(12) };
    else if (kind === LC_REEXPORT_DYLIB)
      reexported.push(Buffer.from(command.cString(command.u32(8))).toString('utf8'));
  }
  return { symtab, exports, reexported };
}

export function* eachCommand({
  commands,
  commandCount,
}: MachoHeader): Generator<{ kind: number; command: ByteView }> {
  for (let index = 0, at = 0; index < commandCount; index++) {
    const size = commands.u32(at + 4);
    if (size < 8) throw commands.error(at, `load command ${index} of ${size} bytes`);
    yield { kind: commands.u32(at), command: commands.slice(at, size, `load command ${index}`) };
    at += size;
  }
}

const readSymtab = (command: ByteView): SymtabCommand => ({
  symbolsOffset: command.u32(8),
  symbolCount: command.u32(12),
  stringsOffset: command.u32(16),
  stringsSize: command.u32(20),
});

/**
 * The sections of a segment command: after its 56 bytes (72), 68 bytes (80) each.
 *
 *     sectname 0   segname 16   addr 32   size 36 (40)   offset 40 (48)   align 44 (52)   reloff 48 (56)
 *     nreloc 52 (60)   flags 56 (64)
 */
function readSections(command: ByteView, is64: boolean): MachoSection[] {
  const count = command.u32(is64 ? 64 : 48);
  const entrySize = is64 ? 80 : 68;
  const table = command.slice(is64 ? 72 : 56, count * entrySize, 'sections');
  const word = (at: number) => (is64 ? table.u64(at) : table.u32(at));
  const sections: MachoSection[] = [];
  for (let at = 0; at < table.length; at += entrySize) {
    const rest = at + (is64 ? 48 : 40);
    sections.push({
      name: fixedText(table, at),
      segment: fixedText(table, at + 16),
      address: word(at + 32),
      size: word(at + (is64 ? 40 : 36)),
      offset: table.u32(rest),
      alignment: table.u32(rest + 4),
      relocationsOffset: table.u32(rest + 8),
      relocationCount: table.u32(rest + 12),
      flags: table.u32(rest + 16),
      reserved2: table.u32(rest + 24),
    });
  }
  return sections;
}

/** Text in 16 bytes, which a name of 16 characters fills. */
const fixedText = (view: ByteView, at: number): string =>
  Buffer.from(view.bytes.subarray(at, at + 16))
    .toString('latin1')
    .replace(/\0.*$/s, '');
