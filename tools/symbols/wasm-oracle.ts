import { Comparison, type Oracle, type SymbolRow } from './comparison.js';
import { type ReadobjSymbol, readobj } from './readobj.js';

const KINDS: Readonly<Record<string, string>> = { FUNCTION: 'function', DATA: 'data' };

/** Of functions llvm-readobj prints the signature in place of the size. */
const wasmLine = (row: SymbolRow): string =>
  [
    row.name,
    row.role,
    row.weak ? 'weak' : 'strong',
    row.visibility,
    row.kind === 'tls' ? 'data' : row.kind,
    row.kind === 'function' ? 0 : row.size,
  ].join(' ');

/** Null for a local symbol. */
function readobjLine({ fields, flags }: ReadobjSymbol): string | null {
  const has = (name: string) => flags.some((flag) => flag.startsWith(`${name} (`));
  if (has('BINDING_LOCAL')) return null;
  return [
    fields.Name,
    has('UNDEFINED') ? 'reference' : 'definition',
    has('BINDING_WEAK') ? 'weak' : 'strong',
    has('VISIBILITY_HIDDEN') ? 'hidden' : 'default',
    KINDS[fields.Type?.split(' ')[0] ?? ''] ?? 'none',
    Number(fields.Size ?? 0),
  ].join(' ');
}

export const wasmReadobj: Oracle = async (path, members, note) => {
  const comparison = new Comparison(members, wasmLine, note);
  await readobj(path, comparison, (symbols) => {
    for (const symbol of symbols) {
      const line = readobjLine(symbol);
      if (line !== null) comparison.symbol(line);
    }
  });
  return comparison.finish();
};
