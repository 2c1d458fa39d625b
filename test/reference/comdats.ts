import type { LinkGraph } from '../../src/link/inputs/link-graph.js';
import type { ComdatRule, LinkerProfile } from '../../src/link/linkers/linker-profile.js';
import { isCommon, isWeak } from '../../src/symbols/flags.js';
import type { NameId } from '../../src/symbols/names.js';
import { type Group, type GroupId, NONE, type Selection, type SymbolId } from '../../src/symbols/table.js';
import type { GroupOutcome } from './duplicate-definitions.js';

/**
 * Decides which COMDAT groups are kept. Call `outcome` for definitions in load order; the result for a definition does
 * not change afterwards.
 *
 * Source for lld-link: lld/COFF/InputFiles.cpp `handleComdatSelection`, SymbolTable.cpp `addComdat`; for MinGW's ld:
 * bfd/coffcode.h `handle_COMDAT`, which ignores NODUPLICATES, and keeps the first group of the other selections.
 */
export class Comdats {
  /** By NameId of a signature: the group that prevails. */
  #prevailing: Int32Array | undefined;
  /** Outcomes of the groups so far. Only lld-link's rule needs them. */
  readonly #outcomes = new Map<GroupId, GroupOutcome>();
  readonly #selections = new Map<NameId, Selection>();
  readonly #plain = new Set<NameId>();
  readonly #groupOf: Int32Array;
  readonly #rule: ComdatRule;

  constructor(
    readonly graph: LinkGraph,
    profile: LinkerProfile,
  ) {
    this.#groupOf = graph.inputs.symbols.group;
    this.#rule = profile.comdats;
  }

  outcome(symbol: SymbolId): GroupOutcome {
    const group = this.#groupOf[symbol];
    if (group === NONE) {
      if (this.#rule === 'lld-link') this.#noteWithoutGroup(symbol);
      return 'kept';
    }
    const { signature, selection } = this.graph.inputs.symbols.groups[group];
    if (selection === 'lost') return this.#rule === 'lld-link' ? 'out' : 'kept';
    this.#prevailing ??= new Int32Array(this.graph.inputs.symbols.names.length).fill(NONE);
    if (this.#rule === 'lld-link') return this.#bySelection(this.#prevailing, symbol, group);
    if (this.#rule === 'by-name') return 'kept';
    if (this.#rule === 'mingw' && selection === 'no-duplicates') return 'kept';
    if (this.#prevailing[signature] === NONE) this.#prevailing[signature] = group;
    return this.#prevailing[signature] === group ? 'kept' : 'out';
  }

  /** Records a definition without a group. A weak or common one does not conflict with a group. */
  #noteWithoutGroup(symbol: SymbolId): void {
    const flags = this.graph.inputs.symbols.flags[symbol];
    if (!isWeak(flags) && !isCommon(flags)) this.#plain.add(this.graph.name[symbol]);
  }

  #bySelection(prevailing: Int32Array, symbol: SymbolId, group: GroupId): GroupOutcome {
    const { signature } = this.graph.inputs.symbols.groups[group];
    const known = this.#outcomes.get(group);
    const outcome = known ?? this.#decide(prevailing, group);
    if (known === undefined) this.#outcomes.set(group, outcome);
    // The symbol that has the name of the group decides; others go, or stay, with it.
    if (this.graph.name[symbol] === signature) return outcome;
    return outcome === 'clash' ? 'out' : outcome === 'replaces' ? 'kept' : outcome;
  }

  #decide(prevailing: Int32Array, group: GroupId): GroupOutcome {
    const { groups } = this.graph.inputs.symbols;
    const { signature, selection } = groups[group];
    const present = prevailing[signature];
    if (present === NONE) {
      if (this.#plain.has(signature)) return 'clash';
      prevailing[signature] = group;
      this.#selections.set(signature, selection);
      return 'kept';
    }
    const other = groups[present];
    const expected = this.#selections.get(signature) ?? other.selection;
    const isMixed = [selection, expected].sort().join() === 'any,largest';
    if (isMixed) this.#selections.set(signature, 'largest');
    else if (selection !== expected) return 'clash';
    const outcome = outcomeBeside(isMixed ? 'largest' : selection, groups[group], other);
    if (outcome === 'replaces') prevailing[signature] = group;
    return outcome;
  }
}

/** The outcome of a further group, by the selection that both have (IMAGE_COMDAT_SELECT_…). */
function outcomeBeside(selection: Group['selection'], group: Group, present: Group): GroupOutcome {
  const isSameSize = group.size === present.size;
  switch (selection) {
    case 'any':
      return 'out';
    case 'largest':
      return group.size <= present.size ? 'out' : 'replaces';
    case 'same-size':
      return isSameSize ? 'out' : 'clash';
    case 'exact-match':
      return isSameSize && group.digest === present.digest ? 'out' : 'clash';
    default:
      return 'clash';
  }
}
