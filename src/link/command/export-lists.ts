import { exportedName } from './linker-directives.js';

/** Statements of a module-definition file, which end the list of exports. */
const STATEMENTS = /^(LIBRARY|NAME|EXPORTS|SECTIONS|SEGMENTS|STACKSIZE|HEAPSIZE|STUB|VERSION|DESCRIPTION)\b/i;

/**
 * The names of this link that a module-definition file exports: `f`, `shown=f`, followed by `@7`, NONAME, DATA or
 * PRIVATE. Forwarders to other modules reference no name of this link. A semicolon begins a comment.
 *
 * Source: "Module-Definition (.def) files" of Microsoft's linker reference; llvm/lib/Object/COFFModuleDefinition.cpp.
 */
export function exportsIn(text: string): string[] {
  const names: string[] = [];
  let isInExports = false;
  for (const line of text.split(/\r?\n/)) {
    let rest = before(line, ';').trim();
    const [statement] = STATEMENTS.exec(rest) ?? [];
    if (statement !== undefined) {
      isInExports = statement.toUpperCase() === 'EXPORTS';
      rest = isInExports ? rest.slice(statement.length).trim() : '';
    }
    if (!isInExports || rest === '') continue;
    // Blanks may be around the `=`, and `==` names what the import library calls it.
    const [entry] = rest
      .replace(/\s+/g, ' ')
      .replace(/ ?(==?) ?/g, '$1')
      .split(/[ @]/);
    names.push(...exportedName(before(entry, '==').replaceAll('"', '')));
  }
  return names;
}

/** The names and patterns of a list for -exported_symbols_list and its opposite: one a line, `#` begins a comment. */
export const listedNames = (text: string): string[] =>
  text
    .split(/\r?\n/)
    .map((line) => before(line, '#').trim())
    .filter((name) => name !== '');

/** Entries that are names, not patterns (`*`, `?`, `[abc]`): a pattern makes no name undefined. */
export const withoutPatterns = (listed: readonly string[]): string[] =>
  listed.filter((name) => !/[*?[]/.test(name));

/** Names and their other names in a list for -alias_list: a pair a line, `#` begins a comment. */
export const aliasesIn = (text: string): [name: string, alias: string][] =>
  text.split(/\r?\n/).flatMap((line) => {
    const [, name, alias] = /^\s*([^\s#]\S*)\s+([^#]*[^#\s])/.exec(line) ?? [];
    return name === undefined ? [] : [[name, alias] as [string, string]];
  });

/** The text up to a sign, or all of it. */
function before(text: string, sign: string): string {
  const at = text.indexOf(sign);
  return at < 0 ? text : text.slice(0, at);
}
