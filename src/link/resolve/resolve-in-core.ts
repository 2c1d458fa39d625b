import { once } from '../../bytes/once.js';
import { Given, Result } from '../../core/link/parts.js';
import { unsigned } from '../../engine/core.js';
import { columnsIn, type GivenColumns, UNSOUND } from '../../symbols/given-columns.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import { LineError } from '../command/line-error.js';
import { objectName } from '../inputs/c-names.js';
import type { LinkGraph } from '../inputs/link-graph.js';
import { type ClashingLink, collectClashes } from './collect-clashes.js';
import { giveGraph } from './graph-columns.js';
import { giveLine } from './line-columns.js';
import type { ReadLink } from './read-link.js';
import { type Clash, type ClashRows, clashesOf, type Resolution } from './resolution.js';
import { rulesAsNumbers } from './rule-numbers.js';
import { SharedColumns } from './shared-columns.js';

/** Simulates a link in the core: src/core/link. */
export function resolveInCore(link: ReadLink, dropped: Uint8Array): Resolution {
  const { bound, searched: line, profile } = link;
  const { inputs } = bound;
  // Names of indexes join the table before the core lays out columns by name.
  const given = columnsIn(inputs.symbols.names);
  giveGraph(given, link);
  giveLine(given, bound, line, profile);
  const rules = rulesAsNumbers(profile, bound, line);
  given.giveAnew(Given.RULES, rules);
  given.giveAnew(Given.DROPPED, dropped);
  const { exports } = given.core;
  const items = line.items.length;
  if (exports.isLineSound(items) === 0) throw new RangeError(UNSOUND);
  exports.simulateLink(items, profile.extraction === 'queued' ? optionalName(bound) : NONE);
  const tooDeep = exports.linkTooDeep();
  if (tooDeep !== NONE) throw new LineError(nestsTooDeep(bound, tooDeep));
  return readResult(given, link, rules);
}

const nestsTooDeep = ({ inputs }: LinkGraph, member: MemberId): string =>
  `${inputs.members[member].name}: library requests of files nest more than 500 deep`;

/** The symbol of the load configuration of Windows programs, which is always optional. */
const optionalName = ({ inputs }: LinkGraph): number =>
  inputs.symbols.names.find(objectName(inputs, '_load_config_used'));

/** Columns by name of links over one table of names. */
const columnsByName = once((_given: GivenColumns) => ({
  winners: new SharedColumns<Int32Array>(),
  referenceStrength: new SharedColumns<Uint8Array>(),
  strongCount: new SharedColumns<Uint16Array>(),
}));

function readResult(given: GivenColumns, link: ReadLink, rules: Int32Array): Resolution {
  const { core } = given;
  const { exports } = core;
  const byName = columnsByName(given);
  const { members, symbols } = link.bound.inputs;
  const names = symbols.names.length;
  // Copies: the next link uses the same memory.
  const bytes = (result: Result, rows: number) => core.bytes(exports.linkResult(result), rows).slice();
  const numbers = (result: Result, rows: number) => core.numbers(exports.linkResult(result), rows);
  const column = (result: Result) => numbers(result, exports.linkResultLength(result));
  const files = column(Result.LOADED);
  const loaded = listOf(files);
  const repeated = column(Result.REPEATED);
  const isPlacedAsLoaded = exports.linkResultLength(Result.PLACED) === NONE;
  const counts = exports.linkResult(Result.STRONG_COUNT);
  const clashing = column(Result.CLASHING);
  const parts: ClashingLink = {
    ...{ link, rules, loaded: files, repeated, clashing, redefined: column(Result.REDEFINED) },
    groupOutcome: clashing.length === 0 ? NO_OUTCOMES : bytes(Result.GROUP_OUTCOME, symbols.groups.length),
  };
  let clashRows: ClashRows | undefined;
  let clashes: readonly Clash[] | undefined;
  return {
    profile: link.profile,
    loaded,
    repeated: listOf(repeated),
    placed: isPlacedAsLoaded ? loaded : listOf(column(Result.PLACED)),
    isLoaded: bytes(Result.IS_LOADED, members.length),
    extractedFor: numbers(Result.EXTRACTED_FOR, members.length),
    extractedBy: numbers(Result.EXTRACTED_BY, members.length),
    winners: byName.winners.copyOf(
      new Int32Array(core.buffer, unsigned(exports.linkResult(Result.WINNERS)), names),
    ),
    referenceStrength: byName.referenceStrength.copyOf(
      core.bytes(exports.linkResult(Result.REFERENCE_STRENGTH), names),
    ),
    strongCount:
      counts === 0 ? null : byName.strongCount.copyOf(new Uint16Array(core.buffer, unsigned(counts), names)),
    undefinedNames: column(Result.UNDEFINED),
    get clashRows() {
      clashRows ??= collectClashes(parts);
      return clashRows;
    },
    get clashes() {
      clashes ??= clashesOf(this.clashRows);
      return clashes;
    },
  };
}

const NO_OUTCOMES = new Uint8Array(0);

/** As `Array.from`, which asks an iterator for each number. */
function listOf(numbers: Int32Array): number[] {
  const list = new Array<number>(numbers.length);
  for (let at = 0; at < numbers.length; at++) list[at] = numbers[at];
  return list;
}
