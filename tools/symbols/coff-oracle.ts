import { Comparison, type Oracle, type SymbolRow } from './comparison.js';
import { inParentheses, type ReadobjSymbol, readobj } from './readobj.js';

const SELECTIONS: Readonly<Record<string, string>> = {
  NoDuplicates: 'no-duplicates',
  Any: 'any',
  SameSize: 'same-size',
  ExactMatch: 'exact-match',
  Largest: 'largest',
  Newest: 'newest',
};

const coffLine = (row: SymbolRow): string =>
  [
    row.name,
    row.role === 'common' ? `common ${row.size}` : row.role,
    row.weak ? 'weak' : '',
    row.absolute ? 'absolute' : Math.max(row.section, 0),
    row.group,
  ].join('|');

export const coffReadobj: Oracle = async (path, members, note) => {
  const comparison = new Comparison(members, coffLine, note);
  await readobj(path, comparison, (symbols) => {
    const groupOf = coffGroups(symbols);
    const byIndex = new Map<number, ReadobjSymbol>();
    let index = 0;
    for (const symbol of symbols) {
      byIndex.set(index, symbol);
      index += 1 + Number(symbol.fields.AuxSymbolCount);
    }
    for (const symbol of symbols) {
      const { fields } = symbol;
      // Of an import member only names are told.
      if (fields.import) comparison.symbol(`${fields.import}|definition||0|`);
      else if (fields.StorageClass?.startsWith('External')) comparison.symbol(externalLine(symbol, groupOf));
      else if (fields.StorageClass?.startsWith('WeakExternal'))
        comparison.symbol(weakExternalLine(symbol, byIndex, groupOf));
    }
  });
  return comparison.finish();
};

type GroupOf = (section: number) => string;

function externalLine({ fields }: ReadobjSymbol, groupOf: GroupOf): string {
  const section = inParentheses(fields.Section);
  const value = Number(fields.Value);
  const role = section !== 0 ? 'definition' : value === 0 ? 'reference' : `common ${value}`;
  return `${fields.Name}|${role}||${section === -1 ? 'absolute' : Math.max(section, 0)}|${groupOf(section)}`;
}

/** It is defined where it is itself, or else where its default is. */
function weakExternalLine(
  { fields }: ReadobjSymbol,
  byIndex: ReadonlyMap<number, ReadobjSymbol>,
  groupOf: GroupOf,
): string {
  const own = inParentheses(fields.Section);
  const linked = byIndex.get(inParentheses(fields.Linked));
  const home = own > 0 ? own : inParentheses(linked?.fields.Section);
  return home > 0
    ? `${fields.Name}|definition|weak|${home}|${groupOf(home)}`
    : `${fields.Name}|reference|weak|0|`;
}

/** The section symbol says how copies are chosen; the next symbol of the section is the leader. */
function coffGroups(symbols: readonly ReadobjSymbol[]): GroupOf {
  const selection = new Map<number, string>();
  const leader = new Map<number, string>();
  const parent = new Map<number, number>();
  for (const { fields, flags } of symbols) {
    const section = inParentheses(fields.Section);
    const chosen = /^(\w+) \(/.exec(fields.Selection ?? '')?.[1];
    if (flags.some((flag) => flag.startsWith('AuxSectionDef'))) {
      if (chosen === 'Associative') parent.set(section, inParentheses(fields.AssocSection));
      else if (chosen !== undefined) selection.set(section, SELECTIONS[chosen]);
    } else if (selection.has(section) && !leader.has(section))
      leader.set(section, (fields.StorageClass?.startsWith('External') && fields.Name) || '');
  }
  return (section) => {
    const root = parent.get(section) ?? section;
    return leader.get(root) ? `${leader.get(root)} ${selection.get(root)}` : '';
  };
}
