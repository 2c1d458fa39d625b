/** Of a program, without its folder and `.exe`. */
export const fileName = (path: string): string => path.replace(/^.*[/\\]/, '').replace(/\.exe$/i, '');

/** Linkers by the `-flavor` of a generic `lld`. Source: lld/Common/DriverDispatcher.cpp `getFlavor`. */
const FLAVOURS: Readonly<Record<string, string>> = {
  ...{ gnu: 'ld.lld', ld: 'ld.lld', 'ld.lld': 'ld.lld' },
  ...{ darwin: 'ld64.lld', ld64: 'ld64.lld', 'ld64.lld': 'ld64.lld' },
  ...{ link: 'lld-link', wasm: 'wasm-ld', 'ld-wasm': 'wasm-ld' },
};

/**
 * The name that determines which linker reads a line: that of `-flavor gnu`, its first two arguments, for a generic
 * `lld` or `rust-lld`; otherwise the program's own.
 */
export function linkerName(path: string, words: readonly string[]): string {
  const flavour = hasFlavour(path, words) ? FLAVOURS[words[1].toLowerCase()] : undefined;
  const [, version = ''] = GENERIC.exec(fileName(path)) ?? [];
  return flavour === undefined ? path : `${flavour}${version}`;
}

const GENERIC = /^(?:rust-)?lld(-\d+)?$/;

const hasFlavour = (path: string, words: readonly string[]): boolean =>
  GENERIC.test(fileName(path)) && words.length > 1 && /^--?flavor$/.test(words[0]);

/** The arguments before the line that choose the linker: `-flavor gnu`, or none. */
export const flavourWords = (path: string, words: readonly string[]): readonly string[] =>
  hasFlavour(path, words) ? words.slice(0, 2) : [];
