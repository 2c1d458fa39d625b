import { Given, Outcome, Result } from '../../core/link/parts.js';
import { isWeak } from '../../symbols/flags.js';
import { type GroupId, type MemberId, NONE, type SymbolId } from '../../symbols/table.js';
import { LineError } from '../command/line-error.js';
import { objectName } from '../inputs/c-names.js';
import type { LinkGraph } from '../inputs/link-graph.js';
import type { LinkerProfile } from '../linkers/linker-profile.js';
import { collectClashes, type GroupOutcome } from './duplicate-definitions.js';
import { columnsIn, type GivenColumns } from './given-columns.js';
import { giveGraph } from './graph-columns.js';
import { giveLine } from './line-columns.js';
import type { ReadLink } from './read-link.js';
import type { Clash, Resolution } from './resolution.js';
import { rulesAsNumbers } from './rule-numbers.js';

/** Simulates a link in the core: src/core/link. */
export function resolveInCore(link: ReadLink, dropped: Uint8Array): Resolution {
  const { bound, searched: line, profile } = link;
  const { inputs } = bound;
  // Names of indexes join the table before the core lays out columns by name.
  const given = columnsIn(inputs.symbols.names);
  const isNewGraph = giveGraph(given, link);
  giveLine(given, bound, line, profile);
  given.giveAnew(Given.RULES, rulesAsNumbers(profile, bound, line));
  given.giveAnew(Given.DROPPED, dropped);
  const { exports } = given.core;
  const items = line.items.length;
  if ((isNewGraph && exports.isGraphSound() === 0) || exports.isLineSound(items) === 0)
    throw new RangeError('a link refers to symbols, members or names that do not exist');
  exports.simulateLink(items, profile.extraction === 'queued' ? optionalName(bound) : NONE);
  const tooDeep = exports.linkTooDeep();
  if (tooDeep !== NONE) throw new LineError(nestsTooDeep(bound, tooDeep));
  return readResult(given, bound, profile);
}

const nestsTooDeep = ({ inputs }: LinkGraph, member: MemberId): string =>
  `${inputs.members[member].name}: library requests of files nest more than 500 deep`;

/** The symbol of the load configuration of Windows programs, which is always optional. */
const optionalName = ({ inputs }: LinkGraph): number =>
  inputs.symbols.names.find(objectName(inputs, '_load_config_used'));

function readResult(given: GivenColumns, graph: LinkGraph, profile: LinkerProfile): Resolution {
  const { core } = given;
  const { exports } = core;
  const members = graph.inputs.members.length;
  const names = graph.inputs.symbols.names.length;
  // Copies: the next link uses the same memory.
  const bytesAt = (address: number, length: number) => core.bytes(address, length).slice();
  const bytes = (result: Result, rows: number) => bytesAt(exports.linkResult(result), rows);
  const numbers = (result: Result, rows: number) => new Int32Array(bytes(result, 4 * rows).buffer);
  const list = (result: Result) => listOf(numbers(result, exports.linkResultLength(result)));
  const loaded = list(Result.LOADED);
  const isPlacedAsLoaded = exports.linkResultLength(Result.PLACED) === NONE;
  const loading = { loaded, repeated: list(Result.REPEATED), redefined: new Set(list(Result.REDEFINED)) };
  const clashing = list(Result.CLASHING);
  const counts = exports.linkResult(Result.STRONG_COUNT);
  const outcomes = clashing.length === 0 ? NO_OUTCOMES : bytes(Result.GROUP_OUTCOME, graphGroups(graph));
  let clashes: readonly Clash[] | undefined;
  return {
    profile,
    loaded,
    repeated: loading.repeated,
    placed: isPlacedAsLoaded ? loaded : list(Result.PLACED),
    isLoaded: bytes(Result.IS_LOADED, members),
    extractedFor: numbers(Result.EXTRACTED_FOR, members),
    extractedBy: numbers(Result.EXTRACTED_BY, members),
    winners: numbers(Result.WINNERS, names),
    referenceStrength: bytes(Result.REFERENCE_STRENGTH, names),
    strongCount: counts === 0 ? null : new Uint16Array(bytesAt(counts, 2 * names).buffer),
    get clashes() {
      clashes ??= collectClashes(graph, profile, loading, clashing, outcomesOf(graph, profile, outcomes));
      return clashes;
    },
  };
}

/** As `Array.from`, which asks an iterator for each number. */
function listOf(numbers: Int32Array): number[] {
  const list = new Array<number>(numbers.length);
  for (let at = 0; at < numbers.length; at++) list[at] = numbers[at];
  return list;
}

const NO_OUTCOMES = new Uint8Array(0);
const graphGroups = ({ inputs }: LinkGraph): number => inputs.symbols.groups.length;

const OUTCOMES: Readonly<Record<number, GroupOutcome>> = {
  [Outcome.UNDECIDED]: 'kept',
  [Outcome.KEPT]: 'kept',
  [Outcome.REPLACES]: 'replaces',
  [Outcome.OUT]: 'out',
  [Outcome.CLASH]: 'clash',
};

/** The outcome of a loaded definition, by those of groups: see `outcomeOf` of src/core/link/comdats.ts. */
function outcomesOf(
  graph: LinkGraph,
  profile: LinkerProfile,
  outcomes: Uint8Array,
): (symbol: SymbolId, flags: number) => GroupOutcome {
  const { group: groupOf, groups } = graph.inputs.symbols;
  const isBySelection = profile.comdats === 'lld-link';
  const inGroup = (symbol: SymbolId, group: GroupId): GroupOutcome => {
    const { selection, signature } = groups[group];
    if (selection === 'lost') return isBySelection ? 'out' : 'kept';
    const outcome = OUTCOMES[outcomes[group]];
    // The symbol that has the name of the group decides; others go, or stay, with it.
    return isBySelection && graph.name[symbol] !== signature ? OF_FOLLOWERS[outcome] : outcome;
  };
  return (symbol, flags) => {
    if (isWeak(flags) && !profile.weakDefinitionBinds) return 'out';
    return groupOf[symbol] === NONE ? 'kept' : inGroup(symbol, groupOf[symbol]);
  };
}

const OF_FOLLOWERS: Readonly<Record<GroupOutcome, GroupOutcome>> = {
  kept: 'kept',
  replaces: 'kept',
  out: 'out',
  clash: 'out',
};
