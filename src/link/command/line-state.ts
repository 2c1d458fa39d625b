import { NONE } from '../../symbols/table.js';
import { type CollectedExports, noExports } from './line-exports.js';
import type { AppleOptions, LineInput, MicrosoftOptions, ParsedLine, SymbolOptions } from './parsed-line.js';
import type { Program } from './program.js';
import type { ReadTextFile } from './response-file.js';
import type { Token } from './tokens.js';

/** Fields of a parsed line that are computed from several options, or from none. */
type Composed = 'args' | 'responseFiles' | 'nameListFiles' | 'inputs' | 'exports' | 'libraryFolders';

/** Groups of options, within which the same holds for `required` and `withoutDefaultLibraries`. */
type Groups = 'symbols' | 'apple' | 'microsoft';

type Collecting<Options> = {
  -readonly [Key in keyof Options]: Options[Key] extends readonly (infer Item)[] ? Item[] : Options[Key];
};

/** Fields of a parsed line that are collected from single options. */
interface Collected extends Collecting<Omit<ParsedLine, Composed | Groups>> {
  readonly symbols: Collecting<Omit<SymbolOptions, 'required' | 'exported'>>;
  readonly apple: Collecting<AppleOptions>;
  readonly microsoft: Collecting<Omit<MicrosoftOptions, 'withoutDefaultLibraries'>>;
}

/** A line that is being read. */
export interface LineState {
  readonly program: Program;
  readonly readFile: ReadTextFile;
  readonly tokens: readonly Token[];
  /** The token to be read next. */
  at: number;
  readonly collected: Collected;
  readonly inputs: (Omit<LineInput, 'isStatic'> & Pick<Modes, 'isStatic'>)[];
  readonly required: string[];
  readonly exported: string[];
  readonly exportedIfDefined: string[];
  readonly exports: CollectedExports;
  readonly libraryFolders: string[];
  readonly withoutDefaultLibraries: string[];
  withoutAllDefaultLibraries: boolean;
  /** Every archive except default libraries is loaded whole. */
  loadsAll: boolean;
  /** Every unneeded shared library is left out. */
  dropsUnneeded: boolean;
  /** Whether /link came before: all later arguments are for the linker. */
  isForLinker: boolean;
  modes: Modes;
  readonly pushedModes: Modes[];
  isStaticProgram: boolean;
  openGroup: number;
  groups: number;
  openLibrary: number;
  libraries: number;
}

/** Modes that apply to the following inputs, until an option changes them. */
export interface Modes {
  readonly whole: boolean;
  readonly asNeeded: boolean;
  /** Null if no linker option decides it; then the driver decides. */
  readonly isStatic: boolean | null;
}

export const newState = (tokens: readonly Token[], program: Program, readFile: ReadTextFile): LineState => ({
  program,
  readFile,
  tokens,
  at: 0,
  collected: {
    symbols: {
      startFunctions: [],
      entry: null,
      definitions: [],
      wrapped: [],
      commonExtracts: null,
    },
    apple: {
      frameworkFolders: [],
      systemRoots: [],
      loadsObjc: false,
      stripsDead: false,
      systemVersion: null,
      searchesSharedFirst: false,
    },
    microsoft: { unmangledRoots: [], cExports: [], optionalIncludes: [], alternates: [] },
    sysroot: '',
    exportsSymbols: false,
    orders: [],
    isSharedOrRelocatable: false,
    dependencyFiles: [],
    allowsDuplicates: false,
    collectsSections: false,
    withoutDependentLibraries: false,
    architectures: [],
    linker: program.linker,
    unknown: [],
    notSimulated: [],
  },
  inputs: [],
  required: [],
  exported: [],
  exportedIfDefined: [],
  exports: noExports(),
  libraryFolders: [],
  withoutDefaultLibraries: [],
  withoutAllDefaultLibraries: false,
  loadsAll: false,
  dropsUnneeded: false,
  isForLinker: false,
  modes: { whole: false, asNeeded: false, isStatic: null },
  pushedModes: [],
  isStaticProgram: false,
  openGroup: NONE,
  groups: 0,
  openLibrary: NONE,
  libraries: 0,
});
