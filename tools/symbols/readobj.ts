import { eachLine, llvm } from '../shared/llvm.js';
import type { Comparison } from './comparison.js';

/** A symbol of `llvm-readobj`: its fields by name, and its flags. */
export interface ReadobjSymbol {
  readonly fields: Readonly<Record<string, string | undefined>>;
  readonly flags: readonly string[];
}

/**
 * Runs `llvm-readobj --symbols`.
 * @param take gets each member's symbols at once, after `comparison` went on to the member
 */
export async function readobj(
  path: string,
  comparison: Comparison,
  take: (symbols: readonly ReadobjSymbol[]) => void,
): Promise<void> {
  let symbols: ReadobjSymbol[] = [];
  let symbol: { fields: Record<string, string>; flags: string[] } | null = null;
  const flush = () => {
    if (symbols.length > 0) take(symbols);
    symbols = [];
  };
  await eachLine(llvm('llvm-readobj'), ['--symbols', path], (line) => {
    if (line.startsWith('File: ')) {
      flush();
      symbol = null;
      const isInside = line.startsWith(`File: ${path}(`) && line.endsWith(')');
      comparison.member(isInside ? line.slice(path.length + 7, -1) : line.slice(6));
    } else if (line === '  Symbol {') {
      symbol = { fields: {}, flags: [] };
      symbols.push(symbol);
    } else if (line.startsWith('Symbol: ')) symbols.push({ fields: { import: line.slice(8) }, flags: [] });
    else if (symbol && line.startsWith('    ')) addField(symbol, line.trimStart());
  });
  flush();
}

function addField(symbol: { fields: Record<string, string>; flags: string[] }, text: string): void {
  const colon = text.indexOf(': ');
  if (colon > 0) symbol.fields[text.slice(0, colon)] = text.slice(colon + 2);
  else symbol.flags.push(text);
}

/** `.text (0x1)`: the number. NaN for none. */
export const inParentheses = (text: string | undefined): number =>
  Number(/\((-?(?:0x)?[0-9A-Fa-f]+)\)$/.exec(text ?? '')?.[1]);
