import { eachLine, llvm } from '../shared/llvm.js';
import { Comparison, type Oracle, type SymbolRow } from './comparison.js';
import { inParentheses, type ReadobjSymbol, readobj } from './readobj.js';

const weakness = (isWeak: boolean, isAutoHide: boolean): string =>
  isAutoHide ? 'auto-hide' : isWeak ? 'weak' : 'strong';

const NM_ROW =
  /^[0-9a-f ]+ \((.*?)\) (?:\(alignment 2\^(\d+)\) )?(?:\[referenced dynamically\] )?(weak )?(private )?external (automatically hidden )?(?:\[[^\]]*\] )*(.*)$/;

/** Of private externs llvm-nm does not say whether they may be hidden: they are. */
const machoNmLine = (row: SymbolRow): string =>
  [
    row.name,
    row.role === 'common' ? `common 2^${row.alignment}` : row.absolute ? 'absolute' : row.role,
    weakness(row.weak, row.autoHide && row.visibility === 'default'),
    row.visibility,
  ].join(' ');

function nmRole(place: string, alignment: string | undefined): string {
  if (place.startsWith('undefined')) return 'reference';
  if (place === 'common') return `common 2^${alignment ?? 0}`;
  return place === 'absolute' ? 'absolute' : 'definition';
}

/** In Darwin form: `0000000000000000 (__TEXT,__text) weak private external _name`. */
export const machoNm: Oracle = async (path, members, note) => {
  const comparison = new Comparison(members, machoNmLine, note);
  let isAfterBlank = false;
  await eachLine(llvm('llvm-nm'), ['--no-llvm-bc', '-g', '-p', '-m', path], (line) => {
    if (isAfterBlank && line.endsWith(':'))
      comparison.member(line.startsWith(`${path}(`) ? line.slice(path.length + 1, -2) : line.slice(0, -1));
    isAfterBlank = line === '';
    const match = NM_ROW.exec(line);
    if (!match) return;
    const [, place, alignment, weak, isPrivate, hidden, name] = match;
    const binding = weakness(weak !== undefined, hidden !== undefined);
    comparison.symbol(`${name} ${nmRole(place, alignment)} ${binding} ${isPrivate ? 'hidden' : 'default'}`);
  });
  return comparison.finish();
};

function machoReadobjLine(row: SymbolRow): string {
  const defined = row.absolute ? 'absolute' : row.role;
  const place = row.role === 'common' ? `common ${row.size} 2^${row.alignment}` : defined;
  return `${row.name} ${place} ${Math.max(row.section, 0)} ${weakness(row.weak, row.autoHide)} ${row.visibility}`;
}

/** `n_type` without its flags, and bits of `n_desc` (mach-o/nlist.h). */
const N_UNDF = 0;
const N_ABS = 2;
const N_PBUD = 0xc;
const N_SECT = 0xe;
const N_WEAK_REF = 0x40;
const N_WEAK_DEF = 0x80;

function readobjLine({ fields, flags }: ReadobjSymbol): string {
  const type = inParentheses(fields.Type);
  const flagsLine = flags.find((flag) => flag.startsWith('Flags ')) ?? '';
  const description = Number(/\((0x[0-9A-F]+)/.exec(flagsLine)?.[1]);
  const role = readobjRole(type, Number(fields.Value), description);
  const isWeakRef = (description & N_WEAK_REF) !== 0;
  const isWeakDef = (description & N_WEAK_DEF) !== 0 && !role.startsWith('common');
  const isAutoHide = role !== 'reference' && isWeakDef && isWeakRef;
  const binding = weakness(role === 'reference' ? isWeakRef : isWeakDef, isAutoHide);
  const section = type === N_SECT ? inParentheses(fields.Section) : 0;
  const name = fields.Name?.replace(/ \(\d+\)$/, '');
  return `${name} ${role} ${section} ${binding} ${flags.includes('PrivateExtern') ? 'hidden' : 'default'}`;
}

/** An undefined symbol with a value is a common of that size. */
function readobjRole(type: number, value: number, description: number): string {
  if (type !== N_UNDF && type !== N_PBUD) return type === N_ABS ? 'absolute' : 'definition';
  return value === 0 ? 'reference' : `common ${value} 2^${(description >> 8) & 15}`;
}

export const machoReadobj: Oracle = async (path, members, note) => {
  const comparison = new Comparison(members, machoReadobjLine, note);
  await readobj(path, comparison, (symbols) => {
    for (const symbol of symbols) if (symbol.flags.includes('Extern')) comparison.symbol(readobjLine(symbol));
  });
  return comparison.finish();
};
