import type { LinkLine } from '../link/line/link-line.js';
import type { Resolution } from '../link/resolve/resolution.js';
import { definitionsOf } from '../link/resolve/row-searches.js';
import { isPlain } from '../symbols/flags.js';
import type { NameId } from '../symbols/names.js';
import { type MemberId, NONE } from '../symbols/table.js';
import { overlooked } from './conditions/overlooked.js';
import { StayingFiles, type WholeLink } from './staying-files.js';

/** Most new duplicates that are examined; beyond them, no duplicate is certain to stay. */
const MOST_CLASHES = 16;

/**
 * A name that has duplicates in `link` but not in the other link, and also in every link that drops members from `link`
 * and violates no condition. NONE if no name is certain to have them.
 */
export function lastingClash(link: WholeLink, { clashRows }: Pick<Resolution, 'clashRows'>): NameId {
  const { graph, line, before } = link;
  if (overlooked.size > 0 || graph.inputs.format !== 'elf' || !isPlainLine(line)) return NONE;
  const known = new Set(clashRows.name);
  const { name, start, definition } = before.clashRows;
  const { member } = graph.inputs.symbols;
  const staying = new StayingFiles(link);
  for (let row = 0, examined = 0; row < name.length && examined < MOST_CLASHES; row++) {
    if (known.has(name[row])) continue;
    examined++;
    const files = [...definition.subarray(start[row], start[row + 1])].map((symbol) => member[symbol]);
    if (isLasting(link, staying, name[row], files)) return name[row];
  }
  return NONE;
}

const isPlainLine = ({ items, requests, ownRequests, wrapped }: LinkLine): boolean =>
  items.every(({ kind }) => kind === 'archive' || kind === 'object') &&
  requests.size + ownRequests.length + wrapped.length === 0;

/** Whether two of the files that define a name stay, or copies of these files that define it, too. */
function isLasting(
  { graph }: WholeLink,
  staying: StayingFiles,
  name: NameId,
  files: readonly MemberId[],
): boolean {
  const { flags, group, member } = graph.inputs.symbols;
  const definitions = definitionsOf(graph, Int32Array.of(name));
  if (!definitions.every((symbol) => isPlain(flags[symbol]) && group[symbol] === NONE)) return false;
  const definers = new Set([...definitions].map((symbol) => member[symbol]));
  const lasting: MemberId[][] = [];
  for (const file of new Set(files)) {
    const forms = staying.formsOf(file).filter((form) => definers.has(form));
    const isOther = lasting.every((others) => forms.every((form) => !others.includes(form)));
    if (isOther && staying.staysAs(file, definers)) lasting.push(forms);
  }
  return lasting.length >= 2;
}
