import type { LinkerId } from '../linkers/linker-profile.js';
import type { LayoutPatterns } from './layout-patterns.js';
import type { LineDefinition } from './line-definition.js';
import type { LineExports } from './line-exports.js';
import type { Alternate } from './linker-directives.js';
import type { Token } from './tokens.js';

/** The position of an argument, so that the line can be rewritten: see `Piece`. */
export type ArgumentPlace = Pick<Token, 'argument' | 'part'>;

/** An input as the line names it, before any file is opened. */
export interface LineInput {
  /**
   * `searched-path`: a path that is also searched in the folders of the line. `default-library`: a library that is
   * searched after all others. `script`: of -T, read for its inputs and names.
   */
  readonly kind: 'path' | 'searched-path' | 'library' | 'framework' | 'default-library' | 'script';
  /** The path, or a library's name without `-l`. */
  readonly text: string;
  /** The part of its argument before it, which is kept when a path replaces it: `/wholearchive:`. */
  readonly prefix: string;
  /** -load_hidden, -hidden-l: the output does not export its symbols. */
  readonly isHidden: boolean;
  readonly whole: boolean;
  readonly group: number;
  /**
   * Which --start-lib … --end-lib it is in, where objects are loaded as an archive's members are; NONE outside.
   */
  readonly library: number;
  /** A shared library that nothing needs is left out. */
  readonly asNeeded: boolean;
  /** For a library: only a static one is accepted. */
  readonly isStatic: boolean;
  readonly place: ArgumentPlace;
  /** Of an option in an argument of its own (`-l foo`), which goes when a path replaces its value. */
  readonly optionPlace: ArgumentPlace | null;
}

/** Options that name or define symbols. */
export interface SymbolOptions {
  /** Names from -u and its like. */
  readonly required: readonly string[];
  /** Names of --export-if-defined, then those of --export, which wasm-ld searches after those of -u. */
  readonly exported: readonly string[];
  /** Names from -init, which only Apple's own linkers search for. */
  readonly startFunctions: readonly string[];
  /** The name of the last -e; null when the linker's own default holds. */
  readonly entry: string | null;
  /** --defsym and -alias, in their order. */
  readonly definitions: readonly LineDefinition[];
  /** Names of --wrap. */
  readonly wrapped: readonly string[];
  /** --fortran-common: whether a COMMON extracts members that define it. Null: the linker's default. */
  readonly commonExtracts: boolean | null;
}

/** Options of Apple's linkers and of LLD for Mach-O. */
export interface AppleOptions {
  readonly frameworkFolders: readonly string[];
  /** Where a system's own folders and absolute ones begin: -syslibroot. */
  readonly systemRoots: readonly string[];
  /** Members with Objective-C classes and categories are loaded without a reference: -ObjC. */
  readonly loadsObjc: boolean;
  /** Unreferenced code is discarded: -dead_strip of Apple's linkers. */
  readonly stripsDead: boolean;
  /** The oldest system that the program is for, `major.minor`: -platform_version. */
  readonly systemVersion: string | null;
  /** Shared libraries of any folder come before archives: -search_dylibs_first. */
  readonly searchesSharedFirst: boolean;
}

/** Options of link.exe and lld-link. */
export interface MicrosoftOptions {
  /** Names without the target's underscore prefix: the entry point of an MSVC line, and its exports. */
  readonly unmangledRoots: readonly string[];
  readonly cExports: readonly string[];
  /** /includeoptional. */
  readonly optionalIncludes: readonly string[];
  /** /alternatename. */
  readonly alternates: readonly Alternate<string>[];
  /** Default libraries that are not searched; `all`: none is. */
  readonly withoutDefaultLibraries: readonly string[] | 'all';
}

/** A parsed link line; lists are in the order of the line. */
export interface ParsedLine {
  /** The words, response files spelled out. */
  readonly args: readonly string[];
  readonly inputs: readonly LineInput[];
  readonly symbols: SymbolOptions;
  readonly apple: AppleOptions;
  readonly microsoft: MicrosoftOptions;
  readonly libraryFolders: readonly string[];
  /** Where the target's own files are, which `=` means in folders; empty when none is named. */
  readonly sysroot: string;
  readonly exportsSymbols: boolean;
  readonly exports: LineExports;
  /** Content of section- and symbol-ordering files; linker scripts are read with the inputs. */
  readonly orders: readonly LayoutPatterns[];
  /** The output is not a program: nothing calls its `main`. */
  readonly isSharedOrRelocatable: boolean;
  /** Where the linker lists the files that it read, for Make or Xcode. */
  readonly dependencyFiles: readonly string[];
  /** The first of several definitions is used: --allow-multiple-definition, -z muldefs, /force. */
  readonly allowsDuplicates: boolean;
  /** Unreferenced sections are discarded: --gc-sections. */
  readonly collectsSections: boolean;
  /** --no-dependent-libraries: `.deplibs` of objects is ignored. */
  readonly withoutDependentLibraries: boolean;
  /** Named by -arch. */
  readonly architectures: readonly string[];
  /** The linker that -fuse-ld names, or that the program itself is; null if unknown. */
  readonly linker: LinkerId | null;
  /** Response files and file lists; their arguments are in `words`. */
  readonly responseFiles: readonly string[];
  /** Lists of names that options name: exports and the like. */
  readonly nameListFiles: readonly string[];
  /** Unknown options. */
  readonly unknown: readonly string[];
  /** Options that change which members are extracted but are not simulated; the plan reports them. */
  readonly notSimulated: readonly string[];
}
