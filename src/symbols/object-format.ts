import type { ByteSource } from '../bytes/byte-source.js';
import type { SymbolSink } from './table.js';

/** Formats of objects. `coff-import` is a short import member of a COFF library, `bitcode` LLVM's, without code. */
export type ObjectFormatId = 'elf' | 'macho' | 'coff' | 'coff-import' | 'wasm' | 'bitcode';

/**
 * Kind of content that has an effect in a link without a reference to it. Dropping its member loses the effect, and no
 * linker reports that.
 */
export type SideEffectKind =
  | 'constructors'
  | 'destructors'
  | 'registry'
  | 'objc-metadata'
  | 'swift-metadata'
  | 'linker-options'
  /** A section with a name that compilers do not use for ordinary code and data: a program may iterate over it. */
  | 'section'
  /** A code section with such a name: its presence matters only if a linker script places it. */
  | 'code-section'
  /** A section with an ordinary name that the linker keeps without a reference (SHF_GNU_RETAIN). */
  | 'retained'
  /** Concatenated with those of other files, in any order: notes, resources, custom sections of WebAssembly. */
  | 'note'
  /** Tables of instrumented code: counters, coverage, sanitizers. */
  | 'counters';

/** One section, or Mach-O load command, that has an effect in the link without a reference to it. */
export interface SideEffect {
  readonly kind: SideEffectKind;
  /** Section name, with the priority that some names include: `.init_array.00099`. */
  readonly section: string;
  /**
   * Content of the slots, in order: the target of each relocation with its addend (`_ZN3std…+0x0`), an option's text,
   * or a digest of the bytes if those do not describe them fully. Two side effects are equal if section and entries
   * are.
   */
  readonly entries: readonly string[];
}

/** Properties of one object, without its symbols. */
export interface ObjectInfo {
  readonly format: ObjectFormatId;
  /** Architecture in the usual spelling: `x86-64`, `arm64`, `ppc64le`. All members of one link have the same. */
  readonly machine: string;
  readonly bits: 32 | 64;
  readonly littleEndian: boolean;
  readonly sideEffects: readonly SideEffect[];
  /**
   * Properties that linkers merge over all files of a link: executable stack, processor flags, features that every
   * file must have. Copies with equal text merge to the same result.
   */
  readonly traits?: string;
  /**
   * Embedded bitcode, as a range of the object (`.llvmbc`, `__LLVM,__bitcode`). The native symbols are authoritative.
   */
  readonly bitcode: { readonly offset: number; readonly size: number } | null;
  /** Whether the object has intermediate code that an LTO link compiles again. False for embedded bitcode. */
  readonly isRecompiled: boolean;
  /**
   * Symbols that archivers leave out of the archive's index (Mach-O: S_ATTR_NO_TOC), as rows counted from the member's
   * first symbol. Nearly always empty.
   */
  readonly notIndexed: readonly number[];
  /**
   * Names of local definitions, in the order of the object's table: of WebAssembly, where one linker extracts members
   * for them. Ids of the table that the symbols were added to.
   */
  readonly localNames?: Int32Array;
}

/** Reader of one object format. */
export interface ObjectFormat {
  readonly id: ObjectFormatId;
  /** @param head the object's first bytes, up to 64 of them */
  matches(head: Uint8Array): boolean;
  /** @throws MalformedError naming the member and the offset in its file */
  readObject(object: ByteSource, out: SymbolSink): ObjectInfo;
}

/**
 * A file that linkers accept as an object but that ardedup cannot read. Its symbols are unknown, so the planner must
 * assume that it may define or reference any name.
 */
export class UnreadableError extends Error {
  override readonly name = 'UnreadableError';
}

/** Properties of a shared library, without its symbols. */
export interface SharedLibraryInfo extends Pick<ObjectInfo, 'format' | 'machine' | 'bits' | 'littleEndian'> {
  /** Install names of the libraries that this one re-exports. */
  readonly reexported: readonly string[];
  /** Why the linker would not use the library in this link; null if it would. */
  readonly problem: string | null;
}

/** The target of a link, which selects the part of a library that serves several targets. */
export interface LibraryTarget extends Pick<ObjectInfo, 'machine' | 'bits' | 'littleEndian'> {
  /** As the argument of `-arch`: `arm64`, `x86_64`. */
  readonly architecture: string;
  /** The oldest system that the program is for, `major.minor`; null when the line does not say. */
  readonly systemVersion: string | null;
}

/** Reader of one kind of shared library. */
export interface SharedLibraryFormat {
  /** @param head the file's first bytes, up to 64 of them */
  matches(head: Uint8Array): boolean;
  /**
   * Reads exported symbols as definitions and undefined symbols as references.
   * @param target null if the link line does not determine it
   * @returns null if the library cannot be read without a target
   * @throws MalformedError
   */
  read(library: ByteSource, out: SymbolSink, target: LibraryTarget | null): SharedLibraryInfo | null;
}

/** Content of an input. Shared libraries are recognized only as files on the link line, not as archive members. */
export type MemberContent =
  | ObjectContent
  | { readonly kind: 'shared-library'; readonly info: SharedLibraryInfo };

/** Content of an archive member. */
export type ObjectContent =
  | { readonly kind: 'object'; readonly info: ObjectInfo }
  | { readonly kind: 'not-object' }
  | { readonly kind: 'unreadable'; readonly problem: string };
