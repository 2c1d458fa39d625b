import type { LinkGraph } from '../link/inputs/link-graph.js';
import type { LinkLine } from '../link/line/link-line.js';
import type { LinkerProfile } from '../link/linkers/linker-profile.js';
import { type AppliedRules, appliedRules, isSameLink } from '../link/resolve/applied-rules.js';
import type { OpenLink } from '../link/resolve/further-searches.js';
import { rulesFor } from '../link/resolve/read-link.js';
import type { Resolution } from '../link/resolve/resolution.js';
import { asLinkedBy, resolve } from '../link/resolve/resolve.js';
import { wholeLink } from '../link/resolve/whole-link.js';
import type { Comparison, Violation } from './conditions/comparison.js';
import { findViolations, isSafe } from './conditions/safety.js';
import type { StateTable } from './state/state.js';
import type { Twins } from './twins/twins.js';

/** A linker and a line: which link to simulate. */
export interface GivenLink {
  readonly profile: LinkerProfile;
  readonly line: LinkLine;
}

/** Linkers that link alike whatever members are dropped. */
interface LinkClass extends GivenLink {
  /**
   * Determined when the class is first compared with a different linker's class, which may read the archives' indexes.
   */
  rules: AppliedRules | null;
  before: Resolution | null;
  /** The last links that were simulated without some members, latest first. */
  recent: readonly LinkWithout[];
  readonly violations: Map<DropKey, readonly Violation[]>;
  /** Whether a link is safe, if its violations were not listed. */
  readonly isSafe: Map<DropKey, boolean>;
  /** Names that each simulated link leaves undefined. */
  readonly undefinedNames: Map<DropKey, Int32Array>;
}

/** A set of dropped members, as text. */
type DropKey = string;

/** The link without some members. */
interface LinkWithout {
  readonly dropped: DropKey;
  readonly after: Resolution;
}

/** Number of links that are kept: the link of a trial, and the previous one, which is used again if the trial fails. */
const MOST_RECENT = 2;

/**
 * The links of a plan, and of those for changed lines, each simulated once: several linkers may link a line the same
 * way, and a linker two lines.
 */
export class SimulatedLinks {
  readonly #classes: LinkClass[] = [];
  readonly #known = new Map<LinkLine, Map<LinkerProfile, LinkClass>>();

  constructor(
    readonly graph: LinkGraph,
    readonly twins: Twins,
    readonly state: StateTable,
  ) {}

  before(link: GivenLink): Resolution {
    return asLinkedBy(link.profile, this.#beforeOf(this.#classOf(link)));
  }

  /** The link without dropped members. */
  after(link: GivenLink, dropped: Uint8Array): Resolution {
    return asLinkedBy(link.profile, this.#afterOf(this.#classOf(link), dropped, keyOf(dropped)));
  }

  /** The same if it is one of those that were simulated last. */
  recentAfter(link: GivenLink, dropped: Uint8Array): Resolution | undefined {
    const key = keyOf(dropped);
    const known = this.#classOf(link).recent.find((one) => one.dropped === key);
    return known && asLinkedBy(link.profile, known.after);
  }

  /** The conditions that the link without dropped members violates. */
  violations(link: GivenLink, dropped: Uint8Array): readonly Violation[] {
    const own = this.#classOf(link);
    const key = keyOf(dropped);
    const known = own.violations.get(key);
    if (known !== undefined) return known;
    const found = findViolations(this.#compare(own, dropped, key));
    own.violations.set(key, found);
    return found;
  }

  /** Whether the link without dropped members violates no condition. */
  isSafe(link: GivenLink, dropped: Uint8Array): boolean {
    const own = this.#classOf(link);
    const key = keyOf(dropped);
    const violations = own.violations.get(key);
    const known = violations === undefined ? own.isSafe.get(key) : violations.length === 0;
    if (known !== undefined) return known;
    const found = isSafe(this.#compare(own, dropped, key));
    own.isSafe.set(key, found);
    // The link of a failed trial is not needed again, but the link before the trial is.
    if (!found) own.recent = own.recent.filter((link) => link.dropped !== key);
    return found;
  }

  /** The simulated links of a line by one linker, with the names that each leaves undefined. */
  openLinks(link: GivenLink): Omit<OpenLink, 'further'>[] {
    const own = this.#classOf(link);
    const { undefinedNames } = this.#beforeOf(own);
    const before = { undefinedNames, isDropped: () => false };
    return [before, ...[...own.undefinedNames].map(([key, names]) => openLink(key, names))];
  }

  #compare(own: LinkClass, dropped: Uint8Array, key: DropKey): Comparison {
    return {
      graph: this.graph,
      twins: this.twins,
      state: this.state,
      before: this.#beforeOf(own),
      after: this.#afterOf(own, dropped, key),
      dropped,
      line: own.line,
    };
  }

  #beforeOf(own: LinkClass): Resolution {
    own.before ??= wholeLink(this.graph, own.line, own.profile);
    return own.before;
  }

  #afterOf(own: LinkClass, dropped: Uint8Array, key: DropKey): Resolution {
    const known = own.recent.find((link) => link.dropped === key);
    if (known !== undefined) return known.after;
    const after = resolve(this.graph, own.line, own.profile, dropped);
    own.undefinedNames.set(key, after.undefinedNames);
    own.recent = [{ dropped: key, after }, ...own.recent.slice(0, MOST_RECENT - 1)];
    return after;
  }

  #classOf({ line, profile }: GivenLink): LinkClass {
    const ofLine = this.#known.get(line) ?? new Map<LinkerProfile, LinkClass>();
    this.#known.set(line, ofLine);
    const found = ofLine.get(profile) ?? this.#findClass(line, profile);
    ofLine.set(profile, found);
    return found;
  }

  #findClass(line: LinkLine, profile: LinkerProfile): LinkClass {
    const own: LinkClass = {
      ...{ line, profile, rules: null, before: null, recent: [] },
      ...{ violations: new Map(), isSafe: new Map(), undefinedNames: new Map() },
    };
    const found = this.#classes.find((one) => this.#isSame(one, own));
    if (found === undefined) this.#classes.push(own);
    return found ?? own;
  }

  #isSame(one: LinkClass, other: LinkClass): boolean {
    if (!isSameLink(one.line, other.line, other.profile)) return false;
    return one.profile === other.profile || this.#rulesOf(one) === this.#rulesOf(other);
  }

  #rulesOf(own: LinkClass): AppliedRules {
    own.rules ??= appliedRules(this.graph, own.line, rulesFor(own.profile, own.line));
    return own.rules;
  }
}

const openLink = (key: DropKey, undefinedNames: Int32Array): Omit<OpenLink, 'further'> => ({
  undefinedNames,
  isDropped: (member) => key.charCodeAt(member) === 1,
});

/** A character for each member, made by one call: a loop over members would take as long as part of the link. */
const keyOf = (dropped: Uint8Array): DropKey =>
  Buffer.from(dropped.buffer, dropped.byteOffset, dropped.length).toString('latin1');
