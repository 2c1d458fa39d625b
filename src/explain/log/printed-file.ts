import type { PrintedFile } from './diagnostic.js';

/** A path that is an archive by its name, directly before the parenthesis of its member. */
const ARCHIVE_BEFORE_MEMBER = /\.(?:a|lib|rlib|la|dll|tbd|dylib|so)(?:\.\d+)*(?:\[[^\]]*\])*$/i;
const ARCHIVE_ALONE = /\.(?:a|lib|rlib)(?:\[[^\]]*\])*$/i;

/**
 * `libfoo.a(bar.o)`, `libfoo.a[12](bar.o)`, `libfoo.a[arm64][12](bar.o)`, `libfoo.a`, `main.o`. Paths may hold blanks,
 * parentheses (`C:\Program Files (x86)\…`) and colons, members anything.
 */
export function parsePrintedFile(text: string): PrintedFile {
  const trimmed = text.trim();
  if (trimmed.endsWith(')')) {
    for (let at = trimmed.indexOf('('); at > 0; at = trimmed.indexOf('(', at + 1)) {
      if (ARCHIVE_BEFORE_MEMBER.test(trimmed.slice(0, at))) return inArchive(trimmed, at);
    }
    // Apple's frameworks are archives without an extension.
    const at = trimmed.indexOf('(');
    if (at > 0 && !/[\s:]/.test(trimmed[at - 1])) return inArchive(trimmed, at);
  }
  if (ARCHIVE_ALONE.test(trimmed)) return { ...splitBrackets(trimmed), member: null };
  return { archive: null, member: trimmed, number: null };
}

const inArchive = (text: string, at: number): PrintedFile => ({
  ...splitBrackets(text.slice(0, at)),
  member: text.slice(at + 1, -1),
});

function splitBrackets(text: string): Pick<PrintedFile, 'archive' | 'number'> {
  const brackets = /(?:\[[^\]]*\])+$/.exec(text);
  if (!brackets || brackets.index === 0) return { archive: text, number: null };
  const number = /\[(\d+)\]/.exec(brackets[0]);
  return { archive: text.slice(0, brackets.index), number: number ? Number(number[1]) : null };
}
