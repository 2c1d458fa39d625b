import type { Circumstances, Observation } from './observation.js';
import type { Choices, Program, Variant } from './program.js';
import type { Unit } from './unit.js';

/** A program's line. */
export interface ProgramLine {
  /** Arguments before the archives, and after them; paths are absolute. */
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** How a link ended. */
export interface Linked {
  /** Null where nothing was written. */
  readonly output: string | null;
  readonly messages: string;
}

/** An object format: what its programs are made of, linked with and observed by. */
export interface EquivalenceFormat {
  readonly name: string;
  /** Of its objects and features: elf, wasm, macho or pe. */
  readonly objects: string;
  readonly choices: Choices;
  /** Whether some programs go through `ardedup link`. */
  readonly isWrapped: boolean;
  compile(unit: Unit, variant: Variant): Promise<Buffer>;
  /** Writes what a program has beside its archives. @param folder the program's own */
  prepare(program: Program, folder: string): Promise<ProgramLine>;
  /** @param allowsDuplicates the first definition wins, and nothing is said */
  link(
    linker: string,
    words: readonly string[],
    output: string,
    folder: string,
    allowsDuplicates: boolean,
  ): Promise<Linked>;
  observe(
    program: Program,
    linker: string,
    output: string,
    circumstances: Circumstances,
  ): Promise<Observation>;
  /** Makes definitions of an object weak, where no option of the linkers allows duplicates. */
  readonly weaken: ((object: Buffer, names: ReadonlySet<string>) => Buffer) | null;
  /** How an archive that is loaded whole is on a line. */
  wholeWords(path: string): readonly string[];
  /** Options that begin and end a group; null if groups have no effect. */
  readonly groupWords: readonly [string, string] | null;
  /** By a linker's name: where it is. */
  pathOf(linker: string): string;
  stop(): void;
}
