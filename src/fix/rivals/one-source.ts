import type { ArchiveId } from '../../link/inputs/inputs.js';
import { type LinkGraph, membersOf } from '../../link/inputs/link-graph.js';
import type { SectionGraphs } from '../../plan/edits/section-graph.js';
import type { Twins } from '../../plan/twins/twins.js';
import { isCommon, isFunction, isWeak } from '../../symbols/flags.js';
import type { ObjectImage } from '../../symbols/image/object-image.js';
import type { NameId } from '../../symbols/names.js';
import { type MemberId, NONE, type SymbolId } from '../../symbols/table.js';
import { isCopy } from '../assess/same-definition.js';

/** Fewer names in common are a coincidence. */
const FEWEST_NAMES = 2;
/** So many functions of equal names in files of equal names are no coincidence, whatever they contain. */
const MANY_NAMES = 6;

/**
 * Whether two files are evidently builds of one source: equal file names, every name of `part` in `whole`, and equal
 * data, texts and static variables, or many names. Their code may differ, by compiler or by options.
 */
export function areBuildsOfOneSource(
  graph: LinkGraph,
  twins: Twins,
  images: SectionGraphs,
  whole: MemberId,
  part: MemberId,
): boolean {
  const { members, symbols } = graph.inputs;
  if (members[whole].name !== members[part].name) return false;
  const common = commonDefinitions(graph, whole, part);
  if (common === null) return false;
  const { all, own } = common;
  const data = [...own].filter(([, symbol]) => !isFunction(symbols.flags[symbol]));
  if (!data.every(([name, symbol]) => twins.haveEqualData(all.get(name) as SymbolId, symbol))) return false;
  const [one, other] = [whole, part].map((member) => images(member)?.image ?? null);
  if (one === null || other === null) return false;
  const evidence = [textsOf, staticsOf].map((read) => compareSets(read(one), read(other)));
  if (evidence.includes('different')) return false;
  return data.length > 0 || evidence.includes('equal') || own.size >= MANY_NAMES;
}

/**
 * Whether two files may be versions of one: names of files that differ by a number at most, every name of `part` in
 * `whole`, and equal data. The functions of a parser have the same names in every library.
 */
export function areVersionsOfOneFile(
  graph: LinkGraph,
  twins: Twins,
  whole: MemberId,
  part: MemberId,
): boolean {
  const { members, symbols } = graph.inputs;
  if (stemOf(members[whole].name) !== stemOf(members[part].name)) return false;
  const common = commonDefinitions(graph, whole, part);
  if (common === null) return false;
  const { all, own } = common;
  if ([...own.keys()].every((name) => /^_?yy/.test(symbols.names.text(name)))) return false;
  return [...own].every(
    ([name, symbol]) =>
      isFunction(symbols.flags[symbol]) || twins.haveEqualData(all.get(name) as SymbolId, symbol),
  );
}

/** The name of a file without its folder, and without the numbers that archivers of folders put before it. */
const stemOf = (name: string): string => name.replace(/^.*[\\/]/, '').replace(/^[\d_.-]+/, '');

/** Whether two archives bundle equal files with definitions, as two versions of one library do. */
export function shareCopies({ inputs }: LinkGraph, twins: Twins, one: ArchiveId, other: ArchiveId): boolean {
  if (one === NONE || other === NONE) return false;
  const { firstSymbol } = inputs.symbols;
  return membersOf(inputs, one).some(
    (member) =>
      firstSymbol[member] < firstSymbol[member + 1] &&
      twins
        .alikeOf(member)
        .some((twin) => inputs.members[twin].archive === other && isCopy(twins, member, twin)),
  );
}

/**
 * Whether two files may be one file of two versions of a library, which bundle other files alike: equal names, and one
 * defines all names of the other. Libraries that share a dependency also have helper functions of equal names.
 */
export function mayBeOneFile(graph: LinkGraph, one: MemberId, other: MemberId): boolean {
  const { members } = graph.inputs;
  if (stemOf(members[one].name) !== stemOf(members[other].name)) return false;
  return commonDefinitions(graph, one, other) !== null || commonDefinitions(graph, other, one) !== null;
}

/** Strong definitions of two files by name; null if the second has few, or one that the first has not. */
function commonDefinitions(
  graph: LinkGraph,
  whole: MemberId,
  part: MemberId,
): Readonly<Record<'all' | 'own', ReadonlyMap<NameId, SymbolId>>> | null {
  const [all, own] = [whole, part].map((member) => definitionsOf(graph, member));
  const isPart = own.size >= FEWEST_NAMES && [...own.keys()].every((name) => all.has(name));
  return isPart ? { all, own } : null;
}

/** Strong definitions of a file, by name. */
function definitionsOf(graph: LinkGraph, member: MemberId): Map<NameId, SymbolId> {
  const { first, row } = graph.rows.definitions;
  const { flags } = graph.inputs.symbols;
  const found = new Map<NameId, SymbolId>();
  for (let at = first[member]; at < first[member + 1]; at++)
    if (!isWeak(flags[row[at]]) && !isCommon(flags[row[at]])) found.set(graph.name[row[at]], row[at]);
  return found;
}

function compareSets(one: ReadonlySet<string>, other: ReadonlySet<string>): 'equal' | 'different' | 'empty' {
  if (one.size === 0 && other.size === 0) return 'empty';
  return one.size === other.size && [...one].every((text) => other.has(text)) ? 'equal' : 'different';
}

/** Shorter ones are made of numbers as well. */
const SHORTEST_TEXT = 4;
const TEXT = new RegExp(`[\\t\\n -~]{${SHORTEST_TEXT},}(?=\\0)`, 'g');

/** String constants. */
function textsOf({ sections }: ObjectImage): Set<string> {
  const found = new Set<string>();
  for (const { use, bytes } of sections)
    if (use === 'constant')
      for (const [text] of Buffer.from(bytes).toString('latin1').matchAll(TEXT)) found.add(text);
  return found;
}

/** Names of static variables, without the numbers that compilers append. */
function staticsOf({ sections, symbols }: ObjectImage): Set<string> {
  const found = new Set<string>();
  for (const { binding, section, name } of symbols)
    if (binding === 'local' && section >= 0 && sections[section].isWritable && /^_?[a-z]/i.test(name))
      found.add(name.replace(/\.\d+$/, ''));
  return found;
}
