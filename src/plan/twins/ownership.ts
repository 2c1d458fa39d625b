import { LineError } from '../../link/command/line-error.js';
import { cName } from '../../link/inputs/c-names.js';
import type { ArchiveId, Inputs } from '../../link/inputs/inputs.js';
import { isDefined, isLocalState } from '../../symbols/flags.js';
import { selectRows } from '../../symbols/symbol-rows.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import { listsOfAlike, type Twins } from './twins.js';
import { wildcardTest } from './wildcard.js';

/** A rule of the user (`--owner`): whose copy of a crate, or of a symbol, is kept. */
export interface Ownership {
  /** A crate, or a linkage name as C spells it; `*` matches any characters. */
  readonly pattern: string;
  /** NONE if the owner is an object on the line. */
  readonly archive: ArchiveId;
  /** An object on the line, whose definitions replace those of archives. */
  readonly object?: MemberId;
}

/** The owner of each member by the first ownership rule that matches. */
export interface Claims {
  /** By MemberId: an archive; a number below NONE for an object (`objectOwner`); or NONE. */
  readonly owner: Int32Array;
}

/** The path of a rule's owner, as the line names it. */
export const ownerPath = (inputs: Inputs, { archive, object }: Ownership): string =>
  object === undefined ? inputs.archives[archive].path : inputs.members[object].name;

/** An object on the line as an owner: numbers of archives are not negative. */
const objectOwner = (object: MemberId): number => NONE - 1 - object;

const ownerOfRule = ({ archive, object }: Ownership): number =>
  object === undefined ? archive : objectOwner(object);

/** The file that a member is, as an owner. */
const ownFile = ({ members }: Inputs, member: MemberId): number =>
  members[member].archive === NONE ? objectOwner(member) : members[member].archive;

/** By MemberId: index of the first rule that matches its crate or a name that it defines; NONE for most members. */
function rulesOf(inputs: Inputs, twins: Twins, ownership: readonly Ownership[]): Int32Array {
  const rules = new Int32Array(inputs.members.length).fill(NONE);
  if (ownership.length === 0) return rules;
  const patterns = ownership.map(({ pattern }) => wildcardTest(pattern));
  const byName = new Map<number, number>();
  const ruleOfName = (name: number): number => {
    const known = byName.get(name);
    if (known !== undefined) return known;
    const text = cName(inputs, name);
    const rule = patterns.findIndex((fits) => fits(text));
    byName.set(name, rule);
    return rule;
  };
  const { firstSymbol, flags, name } = inputs.symbols;
  /** The earlier of a rule and those of the names that a member defines; no rule comes before the first. */
  const firstRule = (member: MemberId, ofCrate: number): number => {
    let first = ofCrate;
    for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1] && first !== 0; symbol++) {
      if (!isDefined(flags[symbol]) || isLocalState(flags[symbol])) continue;
      const rule = ruleOfName(name[symbol]);
      if (rule !== NONE && (first === NONE || rule < first)) first = rule;
    }
    return first;
  };
  const objects = new Set(ownership.map(({ object }) => object));
  for (const { id, archive } of inputs.members) {
    // No archive's member replaces an object.
    if (archive === NONE && !objects.has(id)) continue;
    const crate = twins.origins[id]?.crate;
    const ofCrate = crate === undefined ? NONE : patterns.findIndex((fits) => fits(crate));
    rules[id] = firstRule(id, ofCrate);
  }
  return rules;
}

export function claim(inputs: Inputs, twins: Twins, ownership: readonly Ownership[]): Claims {
  const rules = rulesOf(inputs, twins, ownership);
  return { owner: rules.map((rule) => (rule === NONE ? NONE : ownerOfRule(ownership[rule]))) };
}

/** Rules that can keep nothing: the file has no member of that crate, nor one that defines such a name. */
export function idleRules(inputs: Inputs, twins: Twins, ownership: readonly Ownership[]): Ownership[] {
  return ownership.filter((rule) => {
    const rules = rulesOf(inputs, twins, [rule]);
    return !inputs.members.some(({ id }) => ownFile(inputs, id) === ownerOfRule(rule) && rules[id] !== NONE);
  });
}

/**
 * Adds declared copies: a member may be replaced by one of its owner's members if both define a common name, even if
 * their contents differ. All conditions on the link apply to such a pair, too.
 * @throws LineError if the rules pair too many members
 */
export function withDeclared(inputs: Inputs, twins: Twins, claims: Claims): Twins {
  const declared = declaredPairs(inputs, claims.owner);
  const relation: Twins['relation'] = (one, other) => {
    const known = twins.relation(one, other);
    if (known !== null && known.kind !== 'other-content') return known;
    const isDeclared = !isOwned(inputs, claims.owner, one) && declared.get(one)?.has(other);
    return isDeclared ? { kind: 'declared' } : known;
  };
  const lists = new Map([...declared].map(([member, others]) => [member, [...others]]));
  const withLists = { ...twins, declared: lists };
  return { ...withLists, ...listsOfAlike(inputs, withLists), relation };
}

const isOwned = (inputs: Inputs, owner: Int32Array, member: MemberId): boolean =>
  owner[member] === ownFile(inputs, member);

/** Pairs of members that rules may declare: each is compared. */
const MOST_PAIRS = 4_000_000;

/** By member: those that it has a name in common with, where one file owns both, and has only one of them. */
function declaredPairs(inputs: Inputs, owner: Int32Array): Map<MemberId, Set<MemberId>> {
  const claimed = inputs.members.filter(({ id }) => owner[id] !== NONE);
  const ofOwners = claimed.filter(({ id }) => isOwned(inputs, owner, id)).map(({ id }) => id);
  const { name, member } = inputs.symbols;
  const { first, row } = selectRows(inputs.symbols, 'definition');
  const { firstOf, next } = definersByOwner(inputs, owner, ofOwners);
  const pairs = new Map<MemberId, Set<MemberId>>();
  let compared = 0;
  // Members with one name in common mostly have the next one, too.
  let last: MemberId = NONE;
  const addPair = (one: MemberId, other: MemberId): void => {
    if (++compared > MOST_PAIRS)
      throw new LineError(
        `--owner: more than ${MOST_PAIRS} pairs of members define a name in common; name fewer crates or symbols`,
      );
    if (other === last) return;
    last = other;
    addTo(pairs, one, other);
    addTo(pairs, other, one);
  };
  for (const { id } of claimed.filter(({ id: member }) => !isOwned(inputs, owner, member))) {
    const firstOfName = firstOf.get(owner[id]);
    last = NONE;
    if (firstOfName === undefined) continue;
    for (let own = first[id]; own < first[id + 1]; own++)
      for (let at = firstOfName[name[row[own]]]; at !== NONE; at = next[at]) addPair(id, member[row[at]]);
  }
  return pairs;
}

/** Definitions of some members by owner and name, as chains of rows of definitions, in order. */
interface Definers {
  /** By owner, by name: the first row; NONE without any. */
  readonly firstOf: ReadonlyMap<number, Int32Array>;
  /** By row: the next one with the same owner and name, or NONE. */
  readonly next: Int32Array;
}

function definersByOwner({ symbols }: Inputs, owner: Int32Array, members: readonly MemberId[]): Definers {
  const { first, row } = selectRows(symbols, 'definition');
  const firstOf = new Map<number, Int32Array>();
  const next = new Int32Array(row.length);
  for (const id of members.toReversed()) {
    const firstOfName = firstOf.get(owner[id]) ?? new Int32Array(symbols.names.length).fill(NONE);
    firstOf.set(owner[id], firstOfName);
    for (let at = first[id + 1] - 1; at >= first[id]; at--) {
      const name = symbols.name[row[at]];
      next[at] = firstOfName[name];
      firstOfName[name] = at;
    }
  }
  return { firstOf, next };
}

function addTo(pairs: Map<MemberId, Set<MemberId>>, one: MemberId, other: MemberId): void {
  const known = pairs.get(one);
  if (known) known.add(other);
  else pairs.set(one, new Set([other]));
}
