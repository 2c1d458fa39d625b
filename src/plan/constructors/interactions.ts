import type { LinkGraph } from '../../link/inputs/link-graph.js';
import type { LinkLine } from '../../link/line/link-line.js';
import { type ConstructorArray, constructorArray } from '../../link/linkers/constructor-arrays.js';
import type { Resolution } from '../../link/resolve/resolution.js';
import type { NameId } from '../../symbols/names.js';
import { type MemberId, NONE } from '../../symbols/table.js';
import { type LinkParts, linkPartsOf } from './link-parts.js';
import { doEffectsInteract } from './outside-functions.js';
import { areFollowedAlike, type LinkCode, type Reach, reachFrom } from './reach.js';
import { StateUsers } from './state-users.js';
import { ranksOf } from './unit-order.js';

/** State that two constructors share, or the code that could not be followed. */
export interface Interaction {
  /** The state, or the function outside the inputs; NONE where it has no name. */
  readonly name: NameId;
}

/** One link, and what its constructors reach, each followed once. */
interface LinkReaches {
  readonly code: LinkCode;
  /** Shared with links of the same line that bind all names to the same definitions, and offer the same. */
  readonly byStart: Map<string, Reach>;
  /** The same, with code that is reachable through pointers which other constructors stored. */
  readonly withOthers: Map<string, Reach>;
  readonly users: StateUsers;
  /** Of every member and rank; see `#withOthers`. */
  all: readonly KnownReach[] | null;
}

interface KnownReach {
  readonly kind: ConstructorArray['kind'];
  readonly reach: Reach;
}

/** Constructors of a rank in copies of one unit. */
export interface Start {
  readonly rank: string;
  readonly kind: ConstructorArray['kind'];
  readonly members: readonly MemberId[];
}

/** Links whose reached code is cached: searches return to the links of earlier plans. */
const MOST_RECENT = 4;

const keyOf = ({ rank, members }: Start): string => `${rank}:${members.join()}`;

/** Decides whether pairs of constructors may be reordered. Objects are read on first use. */
class Interactions {
  readonly #parts: LinkParts;
  readonly #links = new WeakMap<Resolution, LinkReaches>();
  /** Links whose code was followed most recently, latest first. */
  #recent: readonly LinkReaches[] = [];

  constructor(readonly graph: LinkGraph) {
    this.#parts = linkPartsOf(graph);
  }

  /** @returns null if it is proved that they do not interact */
  between(line: LinkLine, resolution: Resolution, one: Start, other: Start): Interaction | null {
    const link = this.#linkOf(line, resolution);
    const [a, b] = [one, other].map((start) => {
      const key = keyOf(start);
      const reach = link.withOthers.get(key) ?? this.#withOthers(link, start);
      link.withOthers.set(key, reach);
      return reach;
    });
    return interactionOf(this.#parts, a, b);
  }

  #linkOf(line: LinkLine, resolution: Resolution): LinkReaches {
    const known = this.#links.get(resolution);
    if (known !== undefined) return known;
    const code = { parts: this.#parts, line, resolution };
    const alike = this.#recent.find((one) => areFollowedAlike(one.code, code));
    const byStart = alike?.byStart ?? new Map();
    const link = { code, byStart, withOthers: new Map(), users: new StateUsers(code), all: null };
    this.#links.set(resolution, link);
    this.#recent = [link, ...this.#recent.filter((one) => one !== alike)].slice(0, MOST_RECENT);
    return link;
  }

  #reachOf(link: LinkReaches, start: Start): Reach {
    const { rank, members } = start;
    const key = keyOf(start);
    const known = link.byStart.get(key);
    if (known !== undefined) return known;
    const roots = members.map((member) => slotsOf(link.code, member, rank));
    const found = roots.every((own) => own.length > 0)
      ? reachFrom(link.code, roots.flat())
      : { state: new Set<number>(), effects: 0, outside: new Map(), isCut: true };
    link.byStart.set(key, found);
    return found;
  }

  /**
   * Code reached through pointers that other constructors have stored: a constructor with shared state may have stored
   * the address of anything that it reaches. Only constructors run before a constructor.
   */
  #withOthers(link: LinkReaches, start: Start): Reach {
    const merged = copyOf(this.#reachOf(link, start));
    // Before a destructor runs, the program has run, too.
    if (start.kind === 'destructors' && !merged.isCut) {
      const sources = link.users.sourcesOf(merged.state);
      merged.isCut = link.users.mayBeCalledThroughPointers(sources);
      if (!merged.isCut) mergeInto(merged, reachFrom(link.code, [], sources));
    }
    let others = this.#allReaches(link)
      .filter(({ kind }) => kind === 'constructors' || start.kind === 'destructors')
      .map(({ reach }) => reach);
    for (let before = -1; others.length !== before && !merged.isCut; ) {
      before = others.length;
      const apart: Reach[] = [];
      for (const other of others)
        if (sharesState(merged, other)) mergeInto(merged, other);
        else apart.push(other);
      others = apart;
    }
    return merged;
  }

  #allReaches(link: LinkReaches): readonly KnownReach[] {
    link.all ??= link.code.resolution.loaded.flatMap((member) =>
      [...ranksOf(this.graph.inputs, link.code.line, member).values()].map(({ rank, kind }) => ({
        kind,
        reach: this.#reachOf(link, { rank, kind, members: [member] }),
      })),
    );
    return link.all;
  }
}

const known = new WeakMap<LinkGraph, Interactions>();

/** One instance for all links of the same inputs, so that each object is read once. */
export function interactionsOf(graph: LinkGraph): Interactions {
  const interactions = known.get(graph) ?? new Interactions(graph);
  known.set(graph, interactions);
  return interactions;
}

/** The parts of a member that hold addresses of its constructors, or their code (`.init`), of a rank. */
function slotsOf({ parts, line }: LinkCode, member: MemberId, rank: string): number[] {
  const object = parts.object(member);
  if (object === null) return [];
  const { format } = parts.graph.inputs;
  return object.image.sections.flatMap(({ use, name }, section) => {
    if (use !== 'constructors' && use !== 'destructors') return [];
    if (constructorArray(format, line.layout, { kind: use, section: name })?.rank !== rank) return [];
    return object.partsOfSection(section).map((part) => parts.numberOf(member, part));
  });
}

interface MergedReach extends Reach {
  readonly state: Set<number>;
  readonly outside: Map<number, NameId>;
  effects: number;
  isCut: boolean;
}

const copyOf = ({ state, outside, effects, isCut }: Reach): MergedReach => ({
  state: new Set(state),
  outside: new Map(outside),
  effects,
  isCut,
});

function mergeInto(merged: MergedReach, { state, outside, effects, isCut }: Reach): void {
  for (const part of state) merged.state.add(part);
  for (const [effect, name] of outside) if (!merged.outside.has(effect)) merged.outside.set(effect, name);
  merged.effects |= effects;
  merged.isCut ||= isCut;
}

function sharesState(one: Reach, other: Reach): boolean {
  const [few, many] = one.state.size < other.state.size ? [one, other] : [other, one];
  for (const part of few.state) if (many.state.has(part)) return true;
  return false;
}

function interactionOf(parts: LinkParts, one: Reach, other: Reach): Interaction | null {
  if (one.isCut || other.isCut) return { name: NONE };
  for (const part of one.state) if (other.state.has(part)) return { name: nameOfState(parts, part) };
  if (!doEffectsInteract(one.effects, other.effects)) return null;
  const [strongest] = [...one.outside].sort(([a], [b]) => b - a);
  return { name: strongest?.[1] ?? NONE };
}

/** A symbol of a writable part, to tell users what is shared. */
function nameOfState(parts: LinkParts, part: number): NameId {
  if (part < 0) return -1 - part;
  const { member, part: own } = parts.placeOf(part);
  const image = parts.object(member)?.image;
  const section = parts.object(member)?.sectionOf(own);
  for (const symbol of image?.symbols ?? []) {
    const name = symbol.section === section ? parts.graph.inputs.symbols.names.find(symbol.name) : NONE;
    if (name !== NONE) return name;
  }
  return NONE;
}
