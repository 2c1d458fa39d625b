import type { ByteSource } from '../bytes/byte-source.js';
import type { SymbolSink } from './table.js';

export type ObjectFormatId = 'elf' | 'macho' | 'coff' | 'coff-import' | 'wasm' | 'bitcode' | 'xcoff';

/** What acts in a link without being referred to, so it is lost with its member and no linker says so. */
export type SideEffectKind =
  | 'constructors'
  | 'destructors'
  | 'registry'
  | 'objc-metadata'
  | 'swift-metadata'
  | 'linker-options'
  /** A section of another name than compilers give to code and data: somebody may walk it. */
  | 'section'
  /** The same of code, which acts by being there only where a linker script places it. */
  | 'code-section'
  /** Kept whatever refers to it (SHF_GNU_RETAIN), under a usual name. */
  | 'retained'
  /** Joined with those of other files, in whatever order: notes, resources, custom sections of WebAssembly. */
  | 'note'
  /** Tables of instrumented code: counters, coverage, sanitizers. */
  | 'counters';

/** One section, or load command, that acts by being there. */
export interface SideEffect {
  readonly kind: SideEffectKind;
  /** With the priority that is part of some names: `.init_array.00099`. */
  readonly section: string;
  /**
   * What the slots hold, in order: the target of each relocation with its addend (`_ZN3std…+0x0`), an option's
   * text, or, where neither says all, a digest of the bytes. Two side effects are the same if section and entries are.
   */
  readonly entries: readonly string[];
}

/** All that is known of one object but its symbols. */
export interface ObjectInfo {
  readonly format: ObjectFormatId;
  /** As a user names it: `x86-64`, `arm64`, `ppc64le`. Members of one link agree on it. */
  readonly machine: string;
  readonly bits: 32 | 64;
  readonly littleEndian: boolean;
  readonly sideEffects: readonly SideEffect[];
  /**
   * What linkers join over all files of a link by their own rules: whether the stack is executable, processor flags,
   * features that every file must have. Equal texts change nothing.
   */
  readonly traits?: string;
  /** Embedded bitcode, as a range of the object (`.llvmbc`, `__LLVM,__bitcode`). The native symbols are the truth. */
  readonly bitcode: { readonly offset: number; readonly size: number } | null;
  /** Intermediate code stands beside the native: a link with LTO compiles it anew. Not so for embedded bitcode. */
  readonly isRecompiled: boolean;
  /**
   * Symbols left out of the archive's index by a tool that knows (Mach-O: S_ATTR_NO_TOC); as rows counted
   * from the member's first symbol. Nearly always empty.
   */
  readonly notIndexed: readonly number[];
}

/** All that anyone knows of a format: how to tell it by its first bytes, and how to read it. */
export interface ObjectFormat {
  readonly id: ObjectFormatId;
  /** @param head the object's first bytes, up to 64 of them */
  matches(head: Uint8Array): boolean;
  /** @throws MalformedError naming the member and the offset in its file */
  readObject(object: ByteSource, out: SymbolSink): ObjectInfo;
}

/** Bytes that are an object for a linker but not for us: nothing may be concluded from what we do not see in it. */
export class UnreadableError extends Error {
  override readonly name = 'UnreadableError';
}

/** What a shared library says beside its symbols: whose links it can be part of. */
export interface SharedLibraryInfo extends Pick<ObjectInfo, 'format' | 'machine' | 'bits' | 'littleEndian'> {
  /** Names by which loaders know other libraries, whose exports this one offers as its own. */
  readonly reexported: readonly string[];
  /** Why it offers nothing to this link; null where it is for this link. */
  readonly problem: string | null;
}

/** What a library that is for many targets is read for. */
export interface LibraryTarget extends Pick<ObjectInfo, 'machine' | 'bits' | 'littleEndian'> {
  /** As `-arch` has it. */
  readonly architecture: string;
  /** The oldest system that the program is for, `major.minor`; null when the line does not say. */
  readonly systemVersion: string | null;
}

/** All that anyone knows of a kind of shared library. */
export interface SharedLibraryFormat {
  /** @param head the file's first bytes, up to 64 of them */
  matches(head: Uint8Array): boolean;
  /**
   * Hands on what it exports as definitions, and what it wants of others as references.
   * @param target null when nothing on the line says it
   * @returns null when it cannot be read without a target
   * @throws MalformedError
   */
  read(library: ByteSource, out: SymbolSink, target: LibraryTarget | null): SharedLibraryInfo | null;
}

/** What a member turned out to be. A shared library is one only where it stands on the line itself. */
export type MemberContent =
  | ObjectContent
  | { readonly kind: 'shared-library'; readonly info: SharedLibraryInfo };

/** What the bytes of an object, or of what is none, turned out to be. */
export type ObjectContent =
  | { readonly kind: 'object'; readonly info: ObjectInfo }
  | { readonly kind: 'not-object' }
  | { readonly kind: 'unreadable'; readonly problem: string };
