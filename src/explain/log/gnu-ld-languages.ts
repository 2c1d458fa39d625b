/*
 * GNU ld's messages in other languages, brought back to English. Sources: logs of Chinese and French systems.
 *
 *   a.o：在函数‘f’中：                        a.o : dans la fonction « f » :
 *   a.c:(.text+0x0): `f'被多次定义             a.c:(.text+0x0) : définitions multiples de « f »; b.o:(.text+0x0) : défini …
 *   a.c:(.text+0x0): f 的多重定义
 *   b.o:b.c:(.text+0x0)：第一次在此定义         b.o:b.c:(.text+0x0) : défini pour la première fois ici
 *   a.c:(.text+0x5)：对‘g’未定义的引用          a.c:(.text+0x5) : référence indéfinie vers « g »
 */
const TRANSLATIONS: readonly (readonly [RegExp, string])[] = [
  [/^(.+?)[：:] ?在函数[‘'`](.+)[’']中[：:]$/, "$1: in function `$2':"],
  [/^(.+?)[：:] ?对[‘'`](.+)[’']未定义的引用$/, "$1: undefined reference to `$2'"],
  [/[：:] ?第一次在此定义$/, ': first defined here'],
  [/[：:] ?[‘'`](.+)[’']被多次定义/, ": multiple definition of `$1'"],
  [/: (\S.*?) ?的多重定义/, ": multiple definition of `$1'"],
  [/^(.+?) : dans la fonction « (.+) » ?:$/, "$1: in function `$2':"],
  [/ : définitions multiples de « (.+?) »/, ": multiple definition of `$1'"],
  [/ : défini pour la première fois ici$/, ': first defined here'],
  [/ : références? indéfinies? vers « (.+?) »/, ": undefined reference to `$1'"],
  [/^(\S*\bld(?:\.\w+)?(?:\.exe)?) : /, '$1: '],
];

// biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII
const ASCII = /^[\x00-\x7f]*$/;

/** A line of GNU ld in English; other text is returned unchanged. */
export function inEnglish(text: string): string {
  if (ASCII.test(text)) return text;
  return TRANSLATIONS.reduce((line, [pattern, english]) => line.replace(pattern, english), text);
}
