import { basename } from 'node:path';
import { nameOf } from '../../link/inputs/archive-name.js';
import { cName } from '../../link/inputs/c-names.js';
import { storedImage } from '../../link/inputs/member-image.js';
import type { Origin } from '../../origin/runtime.js';
import { reportedClashes } from '../../plan/reported-clashes.js';
import type { ObjectImage } from '../../symbols/image/object-image.js';
import type { NameId } from '../../symbols/names.js';
import { producersOf } from '../../symbols/producers.js';
import { type MemberId, NONE, type SymbolId } from '../../symbols/table.js';
import { isFoundByDriver } from '../command/driver-files.js';
import type { CureKindId } from '../cure-kind-id.js';
import type { CureState } from '../cure-state.js';
import { fileLabel } from '../describe/file-label.js';
import { sidesOf } from '../problems/duplicates.js';
import type { Problems } from '../problems/problems.js';

/** A duplicate definition: the definition to which references bind, and a further one. */
export interface Pair {
  readonly name: NameId;
  /** As C spells it. */
  readonly text: string;
  readonly winner: SymbolId;
  readonly loser: SymbolId;
}

/** The link that advice is about, as it was given. */
export interface AdviceContext {
  readonly state: CureState;
  readonly problems: Problems;
  readonly pairs: readonly Pair[];
  /** Pairs that no advice explains so far. */
  unexplained(): Pair[];
  /**
   * Pairs whose files are not proved copies of each other. (A proved copy can be dropped, which needs no change of the
   * source.)
   */
  rivals(): Pair[];
  memberOf(symbol: SymbolId): MemberId;
  /** `libfoo.a(bar.o)`. */
  label(member: MemberId): string;
  /** Base name of the archive; of an object its own. */
  fileName(member: MemberId): string;
  archiveOf(member: MemberId): number;
  /** Whether the driver or linker added the file, and no argument of the user's names it. */
  isBrought(member: MemberId): boolean;
  origin(member: MemberId): Origin | null;
  /** The tools that made the object, as recorded in it. */
  producers(member: MemberId): readonly string[];
  /** Null if the object cannot be read as a whole. */
  image(member: MemberId): ObjectImage | null;
}

export function adviceContext(state: CureState, problems: Problems, explained: Set<NameId>): AdviceContext {
  const [{ subject, line, resolutions }] = state.links;
  const { graph, twins } = subject.prepared;
  const { inputs } = graph;
  const [resolution] = resolutions;
  const pairs = state.parsed.allowsDuplicates
    ? []
    : reportedClashes(graph, line, resolution).flatMap((clash) => {
        const { winner, losers } = sidesOf(resolution, clash);
        const text = cName(inputs, clash.name);
        return losers.map((loser) => ({ name: clash.name, text, winner, loser }));
      });
  const archiveOf = (member: MemberId) => inputs.members[member].archive;
  const infoOf = (member: MemberId) => {
    const content = inputs.contents[member];
    return content.kind === 'object' ? content.info : null;
  };
  const unexplained = () => pairs.filter(({ name }) => !explained.has(name));
  const isCopy = ({ winner, loser }: Pair) => {
    const { member } = inputs.symbols;
    const relation = twins.relation(member[winner], member[loser]);
    return relation !== null && relation.kind !== 'other-content';
  };
  return {
    state,
    problems,
    pairs,
    unexplained,
    rivals: () => unexplained().filter((pair) => !isCopy(pair)),
    memberOf: (symbol) => inputs.symbols.member[symbol],
    label: (member) => fileLabel(inputs, member),
    fileName: (member) => {
      const archive = archiveOf(member);
      return archive === NONE ? basename(inputs.members[member].name) : nameOf(inputs, archive);
    },
    archiveOf,
    isBrought: (member) => isFoundByDriver(subject.opened, member),
    origin: (member) => twins.origins[member],
    producers: remember((member) => {
      const info = infoOf(member);
      return info === null ? [] : producersOf(inputs.members[member].source, info);
    }),
    image: (member) => storedImage(inputs, member),
  };
}

function remember<Value>(read: (member: MemberId) => Value): (member: MemberId) => Value {
  const known = new Map<MemberId, Value>();
  return (member) => {
    if (!known.has(member)) known.set(member, read(member));
    return known.get(member) as Value;
  };
}

/** Names for a message: the first few, and how many more. */
export function namesText(names: readonly string[], most = 3): string {
  const distinct = [...new Set(names)];
  const shown = distinct.slice(0, most).map((name) => `\`${name}\``);
  const more = distinct.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

export const membersOf = ({ memberOf }: AdviceContext, { winner, loser }: Pair): [MemberId, MemberId] => [
  memberOf(winner),
  memberOf(loser),
];

/** Kinds of cures that change which definition is used. */
export const ALL_BUT_DROPS: readonly CureKindId[] = [
  'order',
  'plain-archive',
  'owner',
  'redirect',
  'yield',
  'isolate',
  'first-wins',
];
