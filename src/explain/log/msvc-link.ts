import type { Diagnostic, DiagnosticParser, LogLine, Reading } from './diagnostic.js';
import { parsePrintedFile } from './printed-file.js';

/*
 * Microsoft's link.exe and lib.exe. Only the number of a message is the same in every language:
 *
 *   b.lib(b.obj) : error LNK2005: f already defined in a.lib(a.obj)
 *   b.lib(b.obj) : warning LNK4006: "int __cdecl f(int)" (?f@@YAHH@Z) 已经在 a.lib(a.obj) 中定义；已忽略第二个定义
 *   main.obj : error LNK2019: unresolved external symbol g referenced in function main
 */
const MESSAGE = /^(.+?) ?: .*?\b(LNK\d{4}) ?[:：] (.*)$/;
const DUPLICATES = new Set(['LNK2005', 'LNK4006']);
const UNDEFINED = new Set(['LNK2019', 'LNK2001']);

function read(lines: readonly LogLine[], at: number): Reading | null {
  const message = lines[at].text.includes('LNK') ? MESSAGE.exec(lines[at].text) : null;
  if (!message) return null;
  const [, place, code, text] = message;
  const severity = code.startsWith('LNK4') ? 'warning' : 'error';
  const common = { severity, line: lines[at].number } as const;
  if (DUPLICATES.has(code)) {
    const earlier = earlierFile(text);
    if (earlier === null) return null;
    const named = symbolIn(text.slice(0, earlier.index), text);
    const files = [earlier.text, place].map(parsePrintedFile);
    const diagnostic: Diagnostic = { ...common, ...named, kind: 'duplicate', files };
    return { diagnostics: [diagnostic], next: at + 1, program: null };
  }
  if (!UNDEFINED.has(code)) return null;
  const files = [parsePrintedFile(place)];
  const diagnostic: Diagnostic = { ...common, ...symbolIn(text, text), kind: 'undefined', files };
  return { diagnostics: [diagnostic], next: at + 1, program: null };
}

/** The last thing in the text that is a file: the words around it are in any language. */
function earlierFile(text: string): { readonly text: string; readonly index: number } | null {
  const found = [...text.matchAll(/[^\s"()，；。、]+?\.(?:lib|obj|o|a|dll|rlib|exe)(?:\([^()]*\))?/gi)].at(
    -1,
  );
  return found ? { text: found[0], index: found.index } : null;
}

/** `"int __cdecl f(int)" (?f@@YAHH@Z)`, or a plain name, first in the text or behind words of any language. */
function symbolIn(part: string, text: string): Pick<Diagnostic, 'symbol' | 'mangled'> {
  const decorated = /"([^"]+)" \(([?_@$\w][^\s()]*)\)/.exec(text);
  if (decorated) return { symbol: decorated[1].trim(), mangled: decorated[2] };
  const quoted = /["„«»“']\s?([?_@$\w][^"„“”«»']*?)\s?["“”«»']/.exec(part);
  if (quoted) return { symbol: quoted[1], mangled: quoted[1] };
  const english = /^unresolved external symbol (\S+)/.exec(part)?.[1];
  const name = english ?? nameAmongWords(part);
  return { symbol: name, mangled: name };
}

const NAME = /[?_@$A-Za-z][\w?@$.]*/g;

/** The name is first in a message about duplicates; otherwise it is the token that is not an ordinary word. */
function nameAmongWords(part: string): string {
  const names = [...part.matchAll(NAME)].map(([name]) => name);
  const isLatin = /^[\p{Script=Latin}\s\p{P}\p{S}\d]*$/u.test(part);
  const striking = names.find((name) => /[_?@$\d]|[a-z][A-Z]/.test(name));
  return (isLatin ? (striking ?? names[0]) : names[0]) ?? part.trim();
}

export const msvcLink: DiagnosticParser = { id: 'link', title: "Microsoft's link.exe", read };
