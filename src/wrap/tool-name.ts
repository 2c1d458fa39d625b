/** Kind of a program by its name. */
export type ToolKind = 'driver' | 'linker';

const DRIVER =
  /^(?:.+-)?(?:cc|c\+\+|gcc|g\+\+|clang|clang\+\+|clang-cl|gfortran|gdc|ldc2)(?:-[\d.]+|-posix|-win32)*$/;
const LINKER =
  /^(?:.+-)?(?:ld|ld\.(?:bfd|gold|lld|mold|wild)|ld64|ld64\.(?:lld|mold)|ld-classic|ld-prime|gold|mold|wild|lld|lld-link|rust-lld|wasm-ld|link)(?:-[\d.]+)?$/i;

/** The name of a program without its folder and the suffix of its system. */
export const baseName = (path: string): string =>
  path.replace(/^.*[/\\]/, '').replace(/\.(?:exe|c?js|mjs)$/i, '');

/** @returns null for a name that is neither a linker's nor a compiler driver's */
export function toolKind(path: string): ToolKind | null {
  const name = baseName(path);
  if (DRIVER.test(name)) return 'driver';
  return LINKER.test(name) ? 'linker' : null;
}

/**
 * The tool that we replace, when we were called by its name.
 * @param invoked the path that we were called by: `/opt/wrappers/ld.lld`; `ardedup-cc` means `cc`
 * @returns null when that is our own name, or not that of a tool
 */
export function standsFor(invoked: string): string | null {
  const name = baseName(invoked).replace(/^ardedup-/, '');
  return name === 'ardedup' || toolKind(name) === null ? null : name;
}

/** Arguments with which a compiler driver does not link, or only prints information. */
const DRIVER_DOES_NOT_LINK =
  /^(?:-[cSEM]|-MM|-r|-fsyntax-only|-###|--version|-dump(?:version|machine|fullversion|specs)|--?print-.*|--help.*|-cc1.*|--precompile|-emit-ast|--analyze|\/c|\/E|\/P)$/;
const LINKER_DOES_NOT_LINK =
  /^(?:--version|--help|-r|-i|--relocatable|-V|\/\?|\/lib(?:$|:.*)|--?print-supported.*)$/i;
/** A line without any of these has no archive. */
const MAY_BE_ARCHIVE = /\.(?:a|lib|rlib)\b|^(?:-Wl,.*)?(?:-l|--library|-hidden-l|-needed-l)|[/-]defaultlib:/i;

/** Whether a line may link archives; most lines of a compiler driver do not. */
export const mayLinkArchives = (kind: ToolKind, words: readonly string[]): boolean =>
  !linksNothing(kind, words) && mayNameArchive(words);

/** Whether an option of the line says that no program or library is linked. */
export function linksNothing(kind: ToolKind, words: readonly string[]): boolean {
  const other = kind === 'driver' ? DRIVER_DOES_NOT_LINK : LINKER_DOES_NOT_LINK;
  return words.some((word) => other.test(word));
}

/** The option of a line with which its program links nothing, not even partially. */
export function noLinkOption(kind: ToolKind, words: readonly string[]): string | undefined {
  const option = kind === 'driver' ? DRIVER_DOES_NOT_LINK : /^(?:--version|--help)$/;
  return words.find((word) => option.test(word) && !isPartialLink([word]));
}

export const mayNameArchive = (words: readonly string[]): boolean =>
  words.some((word) => MAY_BE_ARCHIVE.test(word));

/** Whether a line links to a file that is linked again. */
export const isPartialLink = (words: readonly string[]): boolean =>
  words.some((word) => /^(?:-r|-i|--relocatable)$/.test(word));

const SOURCE = /\.(?:c|cc|cp|cpp|cxx|c\+\+|m|mm|i|ii|s|sx|f|for|f90|f95|d|rs|go|swift|cu)$/i;

/** The first source file on a driver's line, which it compiles before it links. */
export const firstSource = (words: readonly string[]): string | undefined =>
  words.find((word, at) => !word.startsWith('-') && SOURCE.test(word) && words[at - 1] !== '-o');
