/*
 * GNU ld's messages in other languages, brought back to English. Sources: the translations that binutils installs, and
 * logs of Chinese and French systems. `N` is the name with whatever marks are put around it.
 *
 *   a.o：在函数‘f’中：                        a.o : dans la fonction « f » :
 *   a.c:(.text+0x0): `f'被多次定义             a.c:(.text+0x0) : définitions multiples de « f »; b.o:(.text+0x0) : défini …
 *   b.o:b.c:(.text+0x0)：第一次在此定义         b.o:b.c:(.text+0x0) : défini pour la première fois ici
 *   a.c:(.text+0x5)：对‘g’未定义的引用          a.c:(.text+0x5) : référence indéfinie vers « g »
 */
interface Language {
  readonly inFunction: string;
  readonly multiple: readonly string[];
  readonly first: string;
  readonly undefinedName: readonly string[];
}

const language = (
  inFunction: string,
  multiple: string | readonly string[],
  first: string,
  undefinedName: string | readonly string[],
): Language => ({
  inFunction,
  multiple: [multiple].flat(),
  first,
  undefinedName: [undefinedName].flat(),
});

const LANGUAGES: readonly Language[] = [
  language(
    'във функция N',
    'многократни определения за N',
    'първото определение е тук',
    'неопределена отпратка към N',
  ),
  language('I funktionen N', 'flere definitioner af N', 'først defineret her', 'udefineret reference til N'),
  language(
    'en la función N',
    'definiciones múltiples de N',
    'primero se definió aquí',
    'referencia a N sin definir',
  ),
  language('dans la fonction N', 'définitions multiples de N', 'défini pour la première fois ici', [
    'référence indéfinie vers N',
    'références indéfinies vers N',
  ]),
  language(
    'Dalam fungsi N',
    'multiple definisi dari N',
    'pertama didefinisikan disini',
    'referensi ke N tidak terdefinisi',
  ),
  language(
    'nella funzione N',
    'definizione multipla di N',
    'definito qui per la prima volta',
    'riferimento non definito a N',
  ),
  language(
    '関数 N 内',
    'N が重複して定義されています',
    'ここで最初に定義されています',
    'N に対する定義されていない参照です',
  ),
  language(
    'na função N',
    'múltiplas definições de N',
    'definido primeiro aqui',
    'referência não definida para N',
  ),
  language('в функции N', 'повторное определение N', 'здесь первое определение', [
    'неопределённая ссылка на N',
    'неопределенная ссылка на N',
  ]),
  language(
    'у функцији N',
    'вишеструка дефиниција за N',
    'прво је дефинисано овде',
    'недефинисана упута ка N',
  ),
  language('N fonksiyonunda', 'N için birden fazla tanım', 'ilk burada tanımlanmış', 'Nye tanımsız başvuru'),
  language('у функції N', 'повторне визначення N', 'тут визначено вперше', [
    'невизначене посилання на N',
    'невизначене посилання N',
  ]),
  language('trong hàm N', 'xác định nhiều lần N', 'xác định lần đầu ở đây', 'tham chiếu đến N chưa xác định'),
  language('在函数N中', ['N被多次定义', 'N 的多重定义'], '第一次在此定义', '对N未定义的引用'),
  language('於函式 N', 'N 的多重定義', '第一次定義在此', ['未定義參考到 N', '未定義的參考到 N']),
];

/** A name, with quotation marks of any language around it or without. */
const NAME = `(?:«\\s?(.+?)\\s?»|[\`'‘’"“”„](.+?)['’"“”]|(\\S+))`;
/** Before a message: a colon, with a blank before it in French, full-width in Chinese. */
const COLON = '\\s?[：:]\\s?';

type Rule = readonly [RegExp, string];

const pattern = (phrase: string): string => phrase.replace('N', NAME).replaceAll(' ', '\\s');
const rule = (source: string, english: string): Rule => [new RegExp(source), english];

const RULES: readonly Rule[] = LANGUAGES.flatMap(({ inFunction, multiple, first, undefinedName }) => [
  rule(`^(.+?)${COLON}${pattern(inFunction)}${COLON}$`, "$1: in function `$2$3$4':"),
  ...multiple.map((phrase) =>
    rule(`^(.*?)(?:${COLON})?${pattern(phrase)}(?=;|$)`, "$1: multiple definition of `$2$3$4'"),
  ),
  rule(`${COLON}${pattern(first)}$`, ': first defined here'),
  ...undefinedName.map((phrase) =>
    rule(`^(.*?)${COLON}${pattern(phrase)}$`, "$1: undefined reference to `$2$3$4'"),
  ),
]);

const PROGRAM: Rule = [/^(\S*\bld(?:\.\w+)?(?:\.exe)?) : /, '$1: '];

/** The longest part of each phrase without the name, to find lines with one quickly. */
const PARTS = LANGUAGES.flatMap(({ inFunction, multiple, first, undefinedName }) =>
  [inFunction, ...multiple, first, ...undefinedName].map(
    (phrase) =>
      phrase
        .split('N')
        .map((part) => part.trim())
        .toSorted((a, b) => b.length - a.length)[0],
  ),
);
const ANY_PART = new RegExp(PARTS.join('|'));

/** Whether a line may be a message of GNU ld in another language than English. */
export const isTranslated = (text: string): boolean => ANY_PART.test(text);

/** A line of GNU ld in English; other text is returned unchanged. */
export function inEnglish(text: string): string {
  if (!isTranslated(text)) return text;
  return [...RULES, PROGRAM].reduce((line, [source, english]) => line.replace(source, english), text);
}
