import { basename } from 'node:path';
import type { Inputs } from '../link/inputs/inputs.js';
import { STRONGLY_REFERENCED, WEAKLY_REFERENCED } from '../link/resolve/resolution.js';
import { type LoadStep, loadChain, type Use, usersOf } from '../link/resolve/why.js';
import type { TrimPlan } from '../plan/plan-trim.js';
import { isDefined, isLocalState, isReference } from '../symbols/flags.js';
import type { NameId } from '../symbols/names.js';
import { type MemberId, NONE, type SymbolId } from '../symbols/table.js';
import { type CopyRelation, relate } from './causes.js';
import { type Demangle, findName, findReadable } from './find-names.js';
import { type MissingDefinition, whyUndefined } from './undefined.js';

/** A file to explain: why it is in the link, and why it is kept. */
export interface MemberSubject {
  readonly kind: 'member';
  readonly member: MemberId;
  /** Empty when it is not loaded. */
  readonly chain: readonly LoadStep[];
  /** Null when it is loaded. */
  readonly notLoaded: NotLoaded | null;
  readonly users: readonly Use[];
  /** Members that may be copies of it. */
  readonly copies: readonly { readonly member: MemberId; readonly relation: CopyRelation }[];
}

/**
 * Why a member is not loaded: other members define names that it defines; the linker has passed its archive where a
 * name is first referenced; references are weak, and extract nothing; or there are none.
 */
export interface NotLoaded {
  readonly reason: 'already-defined' | 'referenced-later' | 'weak-references' | 'unreferenced';
  /** The names in question, the first of a winner leading. */
  readonly names: readonly NameId[];
  /** The member that defines the first name; NONE without one. */
  readonly winner: MemberId;
}

/** A symbol to explain. */
export interface SymbolSubject {
  readonly kind: 'symbol';
  readonly name: NameId;
  readonly definitions: readonly DefinitionSubject[];
  /** Loaded files that refer to it, in load order. */
  readonly users: readonly MemberId[];
  /** Why the link has no definition of it; null if it has one, or only weak references. */
  readonly missing: MissingDefinition | null;
}

export interface DefinitionSubject {
  readonly symbol: SymbolId;
  readonly isLoaded: boolean;
  /** References bind to this one. */
  readonly isWinner: boolean;
  readonly chain: readonly LoadStep[];
}

export type Subject = MemberSubject | SymbolSubject;

/**
 * Files and symbols that a text names: `libfoo.a(bar.o)`, a unique part of a member's name, `libfoo.a(#12)` by ordinal,
 * `libfoo.a(bar.o #12)` as reports label one of several;
 * a symbol by its stored, C or demangled spelling.
 * @returns empty if nothing matches
 */
export function findSubjects(plan: TrimPlan, text: string, demangle: Demangle): Subject[] {
  const { inputs } = plan.graph;
  const members = findMembers(inputs, text);
  if (members.length > 0) return members.map((member) => explainMember(plan, member));
  const name = findName(inputs, text);
  const names = name === NONE ? findReadable(inputs, text, demangle) : [name];
  return names.map((one) => explainSymbol(plan, one, demangle));
}

/** Members that `libfoo.a(bar.o)` may name: those with that name, otherwise those whose name contains it. */
function findMembers(inputs: Inputs, text: string): MemberId[] {
  // The last parenthesis with anything behind it opens the member's name.
  const open = text.endsWith(')') ? text.lastIndexOf('(', text.length - 3) : -1;
  const alone = inputs.members.filter((member) => member.archive === NONE && member.name === text);
  if (open < 1) return alone.map(({ id }) => id);
  const [file, name] = [text.slice(0, open), text.slice(open + 1, -1)];
  const archives = inputs.archives.filter(({ path }) => path === file || basename(path) === basename(file));
  const ids = new Set(archives.map(({ id }) => id));
  const own = inputs.members.filter(({ archive }) => ids.has(archive));
  const ordinal = /^#(\d+)$/.exec(name)?.[1];
  const exact = own.filter((member) =>
    ordinal === undefined ? member.name === name : member.ordinal === Number(ordinal),
  );
  if (exact.length > 0 || ordinal !== undefined) return exact.map(({ id }) => id);
  const printed = /^(.*) #(\d+)$/.exec(name);
  const part = printed?.[1] ?? name;
  const isNamed = (member: (typeof own)[number]) =>
    (printed === null || member.ordinal === Number(printed[2])) && member.name.includes(part);
  return own.filter(isNamed).map(({ id }) => id);
}

function explainMember(plan: TrimPlan, member: MemberId): MemberSubject {
  const { graph, twins } = plan;
  const [{ before }] = plan.scenarios;
  return {
    kind: 'member',
    member,
    chain: loadChain(before, member),
    notLoaded: before.isLoaded[member] === 1 ? null : whyNotLoaded(plan, member),
    users: usersOf(graph, before, [member]).get(member) ?? [],
    copies: twins.alikeOf(member).map((other) => ({
      member: other,
      relation: relate(graph.inputs, twins, member, other),
    })),
  };
}

function whyNotLoaded(
  { graph: { inputs, name }, scenarios: [{ before }] }: TrimPlan,
  member: MemberId,
): NotLoaded {
  const { firstSymbol, flags, member: fileOf } = inputs.symbols;
  const defined = new Set<NameId>();
  for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++)
    if (isDefined(flags[symbol]) && name[symbol] !== NONE) defined.add(name[symbol]);
  const won = [...defined].filter((one) => before.winners[one] !== NONE);
  if (won.length > 0)
    return { reason: 'already-defined', names: won, winner: fileOf[before.winners[won[0]]] };
  const referenced = (strength: number) =>
    [...defined].filter((one) => before.referenceStrength[one] === strength);
  const strong = referenced(STRONGLY_REFERENCED);
  if (strong.length > 0) return { reason: 'referenced-later', names: strong, winner: NONE };
  const weak = referenced(WEAKLY_REFERENCED);
  return { reason: weak.length > 0 ? 'weak-references' : 'unreferenced', names: weak, winner: NONE };
}

function explainSymbol(plan: TrimPlan, name: NameId, demangle: Demangle): SymbolSubject {
  const { inputs, name: nameOf } = plan.graph;
  const { flags, member, length } = inputs.symbols;
  const [{ before }] = plan.scenarios;
  const definitions: DefinitionSubject[] = [];
  const users = new Set<MemberId>();
  for (let symbol = 0; symbol < length; symbol++) {
    if (nameOf[symbol] !== name) continue;
    const file = member[symbol];
    if (isReference(flags[symbol])) {
      if (before.isLoaded[file]) users.add(file);
    } else if (isDefined(flags[symbol]) || isLocalState(flags[symbol]))
      definitions.push({
        symbol,
        isLoaded: before.isLoaded[file] === 1,
        isWinner: before.winners[name] === symbol,
        chain: loadChain(before, file),
      });
  }
  const order = new Map(before.loaded.map((file, at) => [file, at]));
  const inOrder = [...users].sort((a, b) => (order.get(a) ?? 0) - (order.get(b) ?? 0));
  return { kind: 'symbol', name, definitions, users: inOrder, missing: whyUndefined(plan, name, demangle) };
}
