import type { LinkGraph } from '../link/inputs/link-graph.js';
import type { LinkLine, Root } from '../link/line/link-line.js';
import type { Resolution } from '../link/resolve/resolution.js';
import { strongReferencesTo } from '../link/resolve/row-searches.js';
import { isDefined, isReference, isWeak } from '../symbols/flags.js';
import type { NameId } from '../symbols/names.js';
import { type MemberId, NONE } from '../symbols/table.js';
import type { Twins } from './twins/twins.js';

/** A link before anything is dropped from it. */
export interface WholeLink {
  readonly graph: LinkGraph;
  readonly twins: Twins;
  readonly line: LinkLine;
  readonly before: Resolution;
}

/** References that are followed at most from one file. */
const MOST_USERS = 32;

/**
 * Files that stay in a link whatever is dropped from it, or a copy of them does: in each link that violates no
 * condition, a name that is still referenced binds to the file that it was bound to, or to a copy of that. So a file
 * stays that a root of the line leads to, from file to file. What is not found here may stay, too.
 */
export class StayingFiles {
  readonly #forms = new Map<MemberId, readonly MemberId[]>();

  constructor(readonly link: WholeLink) {}

  /** A file and all members that its names may move to. */
  formsOf(file: MemberId): readonly MemberId[] {
    const known = this.#forms.get(file);
    if (known !== undefined) return known;
    const { twins } = this.link;
    const { content, unit, declared } = twins;
    const forms = new Set([file]);
    for (const other of [...alikeIn(content, file), ...alikeIn(unit, file), ...(declared.get(file) ?? [])]) {
      const relation = other === file ? null : twins.relation(file, other);
      if (relation !== null && relation.kind !== 'other-content') forms.add(other);
    }
    const found = [...forms];
    this.#forms.set(file, found);
    return found;
  }

  /** Whether one of some forms of a file is in each such link. */
  staysAs(file: MemberId, forms: ReadonlySet<MemberId>): boolean {
    const { extractedFor } = this.link.before;
    if (extractedFor[file] === NONE) return this.#isLoadedByLine(file) && forms.has(file);
    return this.#isLedTo(file, forms) || this.#isUsed(file, forms);
  }

  /** Whether the references that extracted the file, from a root on, lead to one of some of its forms. */
  #isLedTo(last: MemberId, lastForms: ReadonlySet<MemberId>): boolean {
    const { extractedBy, extractedFor } = this.link.before;
    const seen = new Set<MemberId>();
    let file = last;
    let forms = lastForms;
    while (!seen.has(file)) {
      seen.add(file);
      const name = extractedFor[file];
      if (name === NONE) return this.#isLoadedByLine(file) && forms.has(file);
      if (!this.#bindsTo(name, file, forms)) return false;
      if (extractedBy[file] === NONE) return this.#isRoot(name);
      file = extractedBy[file];
      forms = this.#formsWith(file, name, isStrongReference);
    }
    return false;
  }

  /** Whether another reference does so that a file of the link has. */
  #isUsed(file: MemberId, forms: ReadonlySet<MemberId>): boolean {
    const { graph, before } = this.link;
    const { member } = graph.inputs.symbols;
    const users = strongReferencesTo(graph, this.#boundNames(file, forms));
    for (let at = 0, followed = 0; at < users.length && followed < MOST_USERS; at++) {
      const user = member[users[at]];
      const name = graph.name[users[at]];
      if (user === file || !before.isLoaded[user] || !this.#bindsTo(name, file, forms)) continue;
      followed++;
      if (this.#isLedTo(user, this.#formsWith(user, name, isStrongReference))) return true;
    }
    return false;
  }

  /** Names bound to a file that no form of it defines but some. */
  #boundNames(file: MemberId, forms: ReadonlySet<MemberId>): Int32Array {
    const { graph, before } = this.link;
    const { firstSymbol, member } = graph.inputs.symbols;
    const others = new Set<NameId>();
    for (const form of this.formsOf(file)) {
      if (forms.has(form)) continue;
      for (let symbol = firstSymbol[form]; symbol < firstSymbol[form + 1]; symbol++)
        others.add(graph.name[symbol]);
    }
    const bound = new Set<NameId>();
    for (let symbol = firstSymbol[file]; symbol < firstSymbol[file + 1]; symbol++) {
      const name = graph.name[symbol];
      const winner = before.winners[name];
      if (winner !== NONE && member[winner] === file && !others.has(name)) bound.add(name);
    }
    return Int32Array.from(bound);
  }

  /** Whether a name, while it is referenced, stays bound to one of some forms of the file that it is bound to. */
  #bindsTo(name: NameId, file: MemberId, forms: ReadonlySet<MemberId>): boolean {
    const { before, graph, twins } = this.link;
    const { group, member, names } = graph.inputs.symbols;
    const winner = before.winners[name];
    if (winner === NONE || member[winner] !== file) return false;
    // Members with a role of a runtime replace each other, and so do equal COMDAT groups and pointers of one name.
    if (group[winner] !== NONE || twins.isInterchangeable(file, file)) return false;
    if (names.text(name).startsWith('DW.ref.')) return false;
    return [...this.#formsWith(file, name, isDefined)].every((form) => forms.has(form));
  }

  /** Forms of a file that have a symbol of some kind of the name. */
  #formsWith(file: MemberId, name: NameId, isOfKind: (flags: number) => boolean): Set<MemberId> {
    const { graph } = this.link;
    const { firstSymbol, flags } = graph.inputs.symbols;
    const found = new Set<MemberId>();
    for (const form of this.formsOf(file))
      for (let symbol = firstSymbol[form]; symbol < firstSymbol[form + 1]; symbol++)
        if (graph.name[symbol] === name && isOfKind(flags[symbol])) found.add(form);
    return found;
  }

  #isRoot(name: NameId): boolean {
    return this.link.line.roots.some((root) => root.name === name && isAlwaysSought(root));
  }

  #isLoadedByLine(file: MemberId): boolean {
    return this.link.line.items.some((item) => item.kind === 'object' && item.member === file);
  }
}

/** Members of the class of one. @param classes by MemberId: its class, or NONE */
function alikeIn(classes: Int32Array, member: MemberId): MemberId[] {
  const found: MemberId[] = [];
  const own = classes[member];
  if (own === NONE) return found;
  for (let at = classes.indexOf(own); at >= 0; at = classes.indexOf(own, at + 1)) found.push(at);
  return found;
}

const isStrongReference = (flags: number): boolean => isReference(flags) && !isWeak(flags);

const isAlwaysSought = ({ reason }: Root): boolean => reason === 'option' || reason === 'open-world';
