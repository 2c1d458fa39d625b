import { findProfile } from '../linkers/find-profile.js';
import type { LinkerId } from '../linkers/linker-profile.js';
import { appleDialect } from './dialects/apple.js';
import { clDialect } from './dialects/cl.js';
import { driverDialect } from './dialects/driver.js';
import { gnuDialect } from './dialects/gnu.js';
import { msvcDialect } from './dialects/msvc.js';
import type { Dialect } from './line-option.js';
import { fileName, flavourWords, linkerName } from './linker-name.js';
import type { Quoting } from './response-file.js';

/** The program that reads a line: its option dialects and its linker. */
export interface Program {
  /** Null if the name does not determine the linker, as with a compiler driver. */
  readonly linker: LinkerId | null;
  /** Dialects of its arguments, the likelier first. */
  readonly dialects: readonly Dialect[];
  /** Dialects of the arguments that it passes to the linker (`-Wl,`, `-Xlinker`). */
  readonly linkerDialects: readonly Dialect[];
  /** How response files are quoted. */
  readonly quoting: Quoting;
  /** Searches for paths in the folders of the line, too. */
  readonly searchesPaths: boolean;
  /** Number of arguments before the line that determine the program. */
  readonly ownArguments?: number;
}

const OF_UNIX = { quoting: 'posix', searchesPaths: false } as const;
const OF_WINDOWS = { quoting: 'windows', searchesPaths: true } as const;

/** A line whose reader is not known. */
export const anyProgram: Program = {
  ...OF_UNIX,
  linker: null,
  dialects: [gnuDialect, appleDialect, driverDialect, msvcDialect],
  linkerDialects: [gnuDialect, appleDialect],
};

const driver = (linker: LinkerId | null): Program => ({
  ...OF_UNIX,
  linker,
  dialects: [driverDialect, appleDialect, gnuDialect],
  linkerDialects: [gnuDialect, appleDialect],
});
const linkerOf = (linker: LinkerId | null, dialect: Dialect): Program => ({
  ...OF_UNIX,
  linker,
  dialects: [dialect],
  linkerDialects: [dialect],
});
const msvcLinker = (linker: LinkerId | null): Program => ({
  ...linkerOf(linker, msvcDialect),
  ...OF_WINDOWS,
});

type NameRow = readonly [pattern: RegExp, program: (match: RegExpExecArray) => Program];

/**
 * Names of programs without their folder and `.exe`. A version may follow a dash or a dot, and a target may come before
 * one.
 */
const NAMES: readonly NameRow[] = [
  [/^(?:ld\.lld|rust-lld|lld)(?:-\d+)?$/, ([name]) => linkerOf(idOf(name), gnuDialect)],
  [/^(?:ld64\.lld|lld-macho)(?:-\d+)?$/, ([name]) => linkerOf(idOf(name), appleDialect)],
  [/^lld-link(?:-\d+)?$/, ([name]) => msvcLinker(idOf(name))],
  [/^link$/i, () => msvcLinker('link.exe')],
  [/^wasm-ld(?:-\d+)?$/, ([name]) => linkerOf(idOf(name), gnuDialect)],
  [/^(?:ld64|ld-classic)$/, () => linkerOf('ld64', appleDialect)],
  [/^ld-prime$/, () => linkerOf('ld-prime', appleDialect)],
  [/^(?:ld\.mold|mold|ld64\.mold)$/, () => linkerOf('mold', gnuDialect)],
  [/^(?:ld\.)?wild$/, () => linkerOf('wild', gnuDialect)],
  [/^(?:.+-)?(?:ld\.)?gold$/, () => linkerOf('gold', gnuDialect)],
  [/^.+-apple-darwin.*-ld$/, () => linkerOf('ld64', appleDialect)],
  [/^.+-mingw32(?:-[^-]+)*-ld(?:\.bfd)?$/, () => linkerOf('mingw-ld', gnuDialect)],
  [/^(?:.+-ld|(?:.+-)?ld\.bfd|bfd)$/, () => linkerOf('gnu-ld', gnuDialect)],
  // On a Mac this name is Apple's linker, so its options may be of either dialect.
  [/^ld$/, () => ({ ...anyProgram, linker: 'gnu-ld', dialects: [gnuDialect, appleDialect] })],
  [/-mingw32(?:-[^-]+)*-(?:gcc|g\+\+|cc|c\+\+)(?:-[\d.]+|-posix|-win32)*$/, () => driver('mingw-ld')],
  [
    /^(?:clang-cl(?:-\d+)?|cl)$/i,
    () => ({
      ...OF_WINDOWS,
      linker: null,
      dialects: [clDialect, driverDialect],
      linkerDialects: [msvcDialect],
    }),
  ],
];

const idOf = (name: string): LinkerId | null => findProfile(name)?.id ?? null;

/** @param path a linker's or compiler driver's name, with or without its folder. One that is not known is a driver. */
export function programNamed(path: string): Program {
  const name = fileName(path);
  for (const [pattern, program] of NAMES) {
    const match = pattern.exec(name);
    if (match !== null) return program(match);
  }
  return driver(null);
}

/** The program that reads this very line. */
export const programOf = (path: string, words: readonly string[]): Program => ({
  ...programNamed(linkerName(path, words)),
  ownArguments: flavourWords(path, words).length,
});

/** The linker of -fuse-ld=: a program, its path, or a short name. Null for an unknown one. */
export function linkerNamed(text: string): LinkerId | null {
  const known = findProfile(text)?.id;
  if (known !== undefined) return known;
  const { linker } = programNamed(text);
  return linker;
}
