import type { Diagnostic, DiagnosticParser, LogLine, Reading } from './diagnostic.js';
import { parsePrintedFile } from './printed-file.js';

/*
 * Microsoft's link.exe and lib.exe. Only the number of a message is the same in every language:
 *
 *   b.lib(b.obj) : error LNK2005: f already defined in a.lib(a.obj)
 *   b.lib(b.obj) : warning LNK4006: "int __cdecl f(int)" (?f@@YAHH@Z) 已经在 a.lib(a.obj) 中定义；已忽略第二个定义
 *   main.obj : error LNK2019: unresolved external symbol g referenced in function main
 *
 * Qt Creator writes `b.lib(b.obj):-1: error: LNK2005: f …`. The error list of Visual Studio puts the object behind the
 * message, in columns:
 *
 *   Error	1	error LNK2005: f already defined in a.obj	C:\w\b.obj	project
 *   Error	LNK2005	f already defined in a.lib(a.obj)	project	C:\w\b.lib(b.obj)	1
 */
const MESSAGE = /^(?:(.+?) ?: )?(?:[\p{L}\s]+: ?|[\p{L}\s]*\s)?(LNK\d{4}) ?[:：] (.*)$/u;
const ROW = /^\p{L}+\s+(?:\d+\s+(?:[\p{L}\s]+\s)?(LNK\d{4}) ?[:：] |(LNK\d{4})\s+)(.*)$/u;
const DUPLICATES = new Set(['LNK2005', 'LNK4006']);
const UNDEFINED = new Set(['LNK2019', 'LNK2001']);

interface Message {
  readonly code: string;
  /** Null where the columns behind the text have it. */
  readonly place: string | null;
  readonly text: string;
}

function messageOf(line: string): Message | null {
  const row = ROW.exec(line);
  if (row) return { code: row[1] ?? row[2], place: null, text: row[3] };
  const message = MESSAGE.exec(line);
  if (!message) return null;
  const [, place = null, code, text] = message;
  // The last part that is a file: what precedes it is of the tool that runs the linker.
  const file =
    place
      ?.replace(/:-?\d+$/, '')
      .split(/: /)
      .at(-1) ?? null;
  return { code, place: file, text };
}

function read(lines: readonly LogLine[], at: number): Reading | null {
  const message = lines[at].text.includes('LNK') ? messageOf(lines[at].text) : null;
  if (!message) return null;
  const { place, code, text } = message;
  const severity = code.startsWith('LNK4') ? 'warning' : 'error';
  const common = { severity, line: lines[at].number } as const;
  if (DUPLICATES.has(code)) {
    const whole = unwrapped(lines, at, text);
    const named = place === null ? inRow(whole.text) : inMessage(whole.text, place);
    return named
      ? { diagnostics: [{ ...common, ...named, kind: 'duplicate' }], next: whole.next, program: null }
      : null;
  }
  if (!UNDEFINED.has(code) || place === null) return null;
  const files = [parsePrintedFile(place)];
  const diagnostic: Diagnostic = { ...common, ...symbolIn(text, text), kind: 'undefined', files };
  return { diagnostics: [diagnostic], next: at + 1, program: null };
}

/** Consoles of 80 columns wrap messages: lines are joined until the earlier file is there. */
const MOST_WRAPPED = 6;

function unwrapped(lines: readonly LogLine[], at: number, first: string): { text: string; next: number } {
  let text = first;
  let next = at + 1;
  const end = Math.min(lines.length, at + MOST_WRAPPED);
  while (earlierFile(text) === null && next < end && !/\bLNK\d|^$/.test(lines[next].text))
    text = `${text} ${lines[next++].text}`;
  return earlierFile(text) === null ? { text: first, next: at + 1 } : { text, next };
}

type Named = Pick<Diagnostic, 'symbol' | 'mangled' | 'files'>;

function inMessage(text: string, place: string): Named | null {
  const earlier = earlierFile(text);
  if (earlier === null) return null;
  const files = [earlier.text, place].map(parsePrintedFile);
  return { ...symbolIn(text.slice(0, earlier.index), text), files };
}

/** A row of the error list: the message's own file comes first, and the object in one of the columns behind. */
function inRow(row: string): Named | null {
  const [message, ...columns] = row.split('\t');
  const [earlier, behind] = [...message.matchAll(FILE)];
  if (earlier === undefined) return null;
  const later = columns.find((column) => /\.(?:obj|lib|o|a)(?:\([^()]*\))?$/i.test(column)) ?? behind?.[0];
  const files = [earlier[0], ...(later === undefined ? [] : [later])].map(parsePrintedFile);
  return { ...symbolIn(message.slice(0, earlier.index), message), files };
}

const FILE = /[^\s"()，；。、]+?\.(?:lib|obj|o|a|dll|rlib|exe)(?:\([^()]*\))?/gi;

/** The last thing in the text that is a file: the words around it are in any language. */
function earlierFile(text: string): { readonly text: string; readonly index: number } | null {
  const found = [...text.matchAll(FILE)].at(-1);
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
