import { isCommon, isDefined } from '../../symbols/flags.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import type { LinkGraph } from '../inputs/link-graph.js';
import { type Resolution, UNREFERENCED } from '../resolve/resolution.js';
import type { LinkerRecord } from './linker-record.js';
import { pathKeyOf, type RecordedNames, recordedNames } from './recorded-names.js';

/** A link as it was simulated, and what is known of its line. */
export interface SimulatedLink {
  readonly graph: LinkGraph;
  readonly resolution: Resolution;
  /** Archives that others replace: nothing may be loaded from them. */
  readonly replaced: readonly string[];
  /** Whether the tool may add files that the line does not name, as compiler drivers do. */
  readonly mayAddFiles: boolean;
  /** Whether the line asks for unused sections to be discarded. */
  readonly discardsSections: boolean;
}

/** Differences between a linker's record and the simulation. */
export interface RecordComparison {
  /** Archive members that both have loaded. */
  readonly confirmed: number;
  /** A sentence each: empty when the record confirms the simulation. */
  readonly problems: readonly string[];
}

/** Compares the members that a linker says it loaded with those that the simulation loads. */
export function compareRecord(record: LinkerRecord, link: SimulatedLink): RecordComparison {
  const names = recordedNames(link.graph.inputs, record.opened === undefined);
  const expected = expectedCounts(names, link);
  const { found, problems } = filesOfRecord(record, link, names);
  problems.unshift(...openedProblems(record, link));
  for (const [key, count] of found) {
    const wanted = expected.get(key)?.length ?? 0;
    if (wanted === 0) problems.push(`${names.label(key)} was loaded, but not in the simulation`);
    else if (record.extent === 'all' && names.isMember(key) && count !== wanted)
      problems.push(`${names.label(key)} was loaded ${count} times, but ${wanted} times in the simulation`);
  }
  const members = [...expected].filter(([key]) => names.isMember(key));
  for (const [key, own] of members)
    if (!found.has(key) && isExpected(record, link, own))
      problems.push(`${names.label(key)} was not loaded, but is in the simulation`);
  const confirmed = members.reduce((sum, [key, own]) => sum + (found.has(key) ? own.length : 0), 0);
  return { confirmed, problems };
}

/** How often the record lists each file of the line, by key; and files that are not on the line. */
function filesOfRecord(
  record: LinkerRecord,
  link: SimulatedLink,
  names: RecordedNames,
): { readonly found: ReadonlyMap<string, number>; readonly problems: string[] } {
  const found = new Map<string, number>();
  const problems: string[] = [];
  const replaced = new Set(record.opened === undefined ? link.replaced.map(names.pathKey) : []);
  for (const file of record.files) {
    const key = names.keyOf(file);
    if (names.archives.has(key) || names.sharedLibraries.has(key)) continue;
    if (names.members.has(key)) found.set(key, (found.get(key) ?? 0) + 1);
    else {
      const problem = whyUnknown(file, names, replaced, link.mayAddFiles);
      if (problem !== null) problems.push(`${file} was loaded, ${problem}`);
    }
  }
  return { found, problems };
}

/** @returns null for a file that may be added to a link: a start file, a temporary object of link-time optimisation */
function whyUnknown(
  file: string,
  { archiveIn, archives }: RecordedNames,
  replaced: ReadonlySet<string>,
  mayAddFiles: boolean,
): string | null {
  const archive = archiveIn(file);
  if (archive === null) return null;
  if (replaced.has(archive)) return 'from an archive that is replaced';
  if (archives.has(archive)) return 'which is not in the archive';
  return mayAddFiles ? null : 'which is not on the line';
}

/** Where archives are named without folders: replaced ones must not have been opened. */
function openedProblems({ opened = [] }: LinkerRecord, { replaced }: SimulatedLink): string[] {
  const keys = new Set(replaced.map(pathKeyOf));
  return opened
    .filter((path) => keys.has(pathKeyOf(path)))
    .map((path) => `${path} was read, which is replaced`);
}

/** Loaded members by key: members of one name in one archive share one. */
function expectedCounts(names: RecordedNames, { graph, resolution }: SimulatedLink): Map<string, MemberId[]> {
  const expected = new Map<string, MemberId[]>();
  for (const member of [...resolution.loaded, ...resolution.repeated]) {
    if (graph.inputs.contents[member].kind === 'shared-library') continue;
    const key = names.ofMember[member];
    const known = expected.get(key);
    if (known === undefined) expected.set(key, [member]);
    else known.push(member);
  }
  return expected;
}

/** Whether the record must list one of these members, which share a name. */
const isExpected = (
  { extent }: LinkerRecord,
  { graph, resolution, discardsSections }: SimulatedLink,
  members: readonly MemberId[],
): boolean =>
  extent === 'all' || (!discardsSections && members.some((member) => hasPlace(graph, resolution, member)));

/** Whether a referenced name resolves to a section of the member. */
function hasPlace(
  { inputs, name }: LinkGraph,
  { winners, referenceStrength }: Resolution,
  member: MemberId,
): boolean {
  const { firstSymbol, flags, section } = inputs.symbols;
  for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++) {
    const own = flags[symbol];
    if (!isDefined(own) || isCommon(own) || section[symbol] === NONE) continue;
    if (winners[name[symbol]] === symbol && referenceStrength[name[symbol]] !== UNREFERENCED) return true;
  }
  return false;
}
