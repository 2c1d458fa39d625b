import { once } from '../../bytes/once.js';
import type { Inputs } from '../../link/inputs/inputs.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import { type CountElsewhere, countElsewhere } from './class-counts.js';
import type { Twins } from './twins.js';

/** Members of one unit, counted by variant, and by variant and bytes. */
interface UnitCounts {
  readonly variant: CountElsewhere;
  readonly equal: CountElsewhere;
  /** By variant and class of equal bytes: the class of both. */
  readonly classes: ReadonlyMap<string, number>;
}

/**
 * Which of some members, as those of a link, are twins of a member: by numbers of each class, never member by member.
 */
export class LoadedTwins {
  readonly #content: CountElsewhere;
  readonly #unit: CountElsewhere;
  #ofUnit: Map<number, MemberId[]> | undefined;
  readonly #countsOfUnit = new Map<number, UnitCounts>();
  readonly #isMember: Uint8Array;

  /** @param asked members of which twins are asked for, often few: only their classes are counted */
  constructor(
    readonly inputs: Inputs,
    readonly twins: Twins,
    readonly members: readonly MemberId[],
    asked: readonly MemberId[],
  ) {
    this.#content = countClasses(inputs, members, twins.content, asked);
    this.#unit = countClasses(inputs, members, twins.unit, asked);
    this.#isMember = new Uint8Array(inputs.members.length);
    for (let at = 0; at < members.length; at++) this.#isMember[members[at]] = 1;
  }

  /** Whether some of them may be a copy of a member. */
  hasAlike(member: MemberId): boolean {
    const { content, unit, declared } = this.twins;
    const { archive } = this.inputs.members[member];
    if (this.#content(content[member], archive) > 0 || this.#unit(unit[member], archive) > 0) return true;
    return (declared.get(member) ?? []).some((other) => this.#isMember[other] === 1);
  }

  /** How many of them are copies of a member. */
  copies(member: MemberId): number {
    const { content, unit, declared } = this.twins;
    const { archive } = this.inputs.members[member];
    let copies = this.#content(content[member], archive);
    if (this.#unit(unit[member], archive) > 0) copies += this.#unequalCopies(member);
    for (const other of declared.get(member) ?? [])
      if (this.#isMember[other] === 1 && this.twins.relation(member, other)?.kind === 'declared') copies++;
    return copies;
  }

  /** Copies that are the same unit, with other bytes. */
  #unequalCopies(member: MemberId): number {
    const { content, unit } = this.twins;
    const { archive } = this.inputs.members[member];
    this.#ofUnit ??= this.#gatherUnits();
    const members = this.#ofUnit.get(unit[member]) ?? [];
    // Hashes are read only where bytes differ.
    if (this.#content(content[member], archive) === members.length) return 0;
    const counts = this.#countsOfUnit.get(unit[member]) ?? this.#count(members);
    this.#countsOfUnit.set(unit[member], counts);
    let copies = 0;
    for (const variant of this.twins.copiesOfVariant(this.twins.variantOf(member))) {
      const equal =
        content[member] === NONE ? undefined : counts.classes.get(`${variant} ${content[member]}`);
      copies += counts.variant(variant, archive) - (equal === undefined ? 0 : counts.equal(equal, archive));
    }
    return copies;
  }

  /** Members by unit. */
  #gatherUnits(): Map<number, MemberId[]> {
    const { unit } = this.twins;
    const ofUnit = new Map<number, MemberId[]>();
    for (const member of this.members) {
      const known = ofUnit.get(unit[member]);
      if (known) known.push(member);
      else if (unit[member] !== NONE) ofUnit.set(unit[member], [member]);
    }
    return ofUnit;
  }

  #count(members: readonly MemberId[]): UnitCounts {
    const { content } = this.twins;
    const classes = new Map<string, number>();
    const variantOf = (member: MemberId) => this.twins.variantOf(member);
    const equalOf = (member: MemberId): number => {
      if (content[member] === NONE) return NONE;
      const key = `${variantOf(member)} ${content[member]}`;
      const known = classes.get(key) ?? classes.size;
      classes.set(key, known);
      return known;
    };
    return {
      variant: countElsewhere(this.inputs, members, variantOf),
      equal: countElsewhere(this.inputs, members, equalOf),
      classes,
    };
  }
}

/** Counts members of the classes that some members have. @param column by MemberId: its class, or NONE */
function countClasses(
  inputs: Inputs,
  members: readonly MemberId[],
  column: Int32Array,
  asked: readonly MemberId[],
): CountElsewhere {
  const classes = classCount(column);
  const isAsked = new Uint8Array(classes);
  for (let at = 0; at < asked.length; at++) {
    const classId = column[asked[at]];
    if (classId !== NONE) isAsked[classId] = 1;
  }
  return countElsewhere(
    inputs,
    members,
    (member) => {
      const classId = column[member];
      return classId !== NONE && isAsked[classId] === 1 ? classId : NONE;
    },
    classes,
  );
}

const classCount = once((column: Int32Array): number => {
  let most = NONE;
  for (let member = 0; member < column.length; member++) if (column[member] > most) most = column[member];
  return most + 1;
});
