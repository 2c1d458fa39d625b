import type { LinkGraph } from '../../link/inputs/link-graph.js';
import type { LinkLine } from '../../link/line/link-line.js';
import type { Resolution } from '../../link/resolve/resolution.js';
import { isLocalState, isReference } from '../../symbols/flags.js';
import type { NameId, NameTable } from '../../symbols/names.js';
import { type MemberId, NONE, type SymbolId } from '../../symbols/table.js';
import type { StateTable } from '../state/state.js';
import type { MemberEdit } from './edit-plan.js';
import type { EditsByMember } from './edited-inputs.js';
import { actingSections, type SectionGraph, type SectionGraphs } from './section-graph.js';

/** A link as state is counted in it. */
export interface CountedLink {
  readonly graph: LinkGraph;
  readonly state: StateTable;
  readonly resolution: Resolution;
  /** The edits that `graph` has. */
  readonly edits: EditsByMember;
}

/** Whether code of the link can reach what defines a symbol; null where that is not known. */
export type IsReached = (symbol: SymbolId) => boolean | null;

/**
 * Returns a test of whether code of the link can reach a section: from names that other files or the line reference,
 * and from constructors and other sections with side effects, through relocations and bindings. All references of a
 * file that cannot be read completely are reached.
 *
 * @param wanted the files that are followed; all code of other files counts as reached
 */
export function reachedCode(
  counted: CountedLink,
  line: LinkLine,
  images: SectionGraphs,
  wanted: ReadonlySet<MemberId>,
): IsReached {
  const walk = new CodeWalk(counted, images, wanted);
  for (const name of namesOfLine(line, counted.graph.inputs.symbols.names.length)) walk.addName(name);
  for (const member of filesOf(counted)) {
    const image = wanted.has(member) ? walk.graphOf(member) : null;
    addRoots(walk, counted, member, image);
    for (const row of image === null ? [] : actingSections(image)) walk.add(member, row);
  }
  walk.run();
  const { member: memberOf } = counted.graph.inputs.symbols;
  return (symbol) => {
    const member = memberOf[symbol];
    if (!wanted.has(member)) return true;
    const row = walk.homeOf(symbol);
    return row === NONE ? null : walk.has(member, row);
  };
}

/** Names that the line refers to, or exports. */
function* namesOfLine(
  { roots, wrapped, items, exportsSymbols }: LinkLine,
  nameCount: number,
): Generator<NameId> {
  if (exportsSymbols) for (let name = 0; name < nameCount; name++) yield name;
  for (const { name } of roots) yield name;
  for (const { name, wrap, real } of wrapped) yield* [name, wrap, real];
  for (const item of items) if (item.kind === 'definition') yield* [item.name, ...item.references];
}

/** Loaded files, and all files that are not archive members. */
function filesOf({ graph, resolution }: CountedLink): Set<MemberId> {
  const alone = graph.inputs.members.filter(({ archive }) => archive === NONE).map(({ id }) => id);
  return new Set([...resolution.loaded, ...alone]);
}

/**
 * Adds the names of a file that are reached regardless of the referencing section: all names of a file that is not
 * followed, since its own weak definition may be overridden by one that is; otherwise the names that it references by
 * no relocation.
 */
function addRoots(
  walk: CodeWalk,
  { graph, edits }: CountedLink,
  member: MemberId,
  image: SectionGraph | null,
): void {
  const { flags, firstSymbol, names, name } = graph.inputs.symbols;
  const own = edits.get(member);
  const given = image?.allNameIds ?? NO_NAMES;
  const known = own === undefined ? given : new Set<NameId>();
  if (own !== undefined) for (const id of given) (known as Set<NameId>).add(editedName(names, own, id));
  for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++) {
    if (isLocalState(flags[symbol])) continue;
    if (image === null || (isReference(flags[symbol]) && !known.has(name[symbol])))
      walk.addName(graph.name[symbol]);
  }
}

const NO_NAMES: ReadonlySet<NameId> = new Set();

/** The name that a file's reference has after its edits. */
function editedName(
  names: NameTable,
  edits: ReadonlyMap<NameId, MemberEdit> | undefined,
  name: NameId,
): NameId {
  const edit = edits?.get(name);
  return edit?.action === 'hide-and-rename' ? newNameOf(names, edit) : name;
}

/** By edit: the id of its new name, which several links ask for; the name table is that of the edited inputs. */
const newNames = new WeakMap<MemberEdit, NameId>();

/** NONE for a name that no row has. */
function newNameOf(names: NameTable, edit: MemberEdit): NameId {
  const known = newNames.get(edit);
  if (known !== undefined) return known;
  const id = names.find(edit.newName);
  if (id !== NONE) newNames.set(edit, id);
  return id;
}

const NO_SECTIONS = new Uint8Array(0);

/** Sections that were reached so far, by file. */
class CodeWalk {
  readonly #reached: Uint8Array[] = [];
  readonly #graphs: (SectionGraph | null | undefined)[] = [];
  /** A file and a section of it, one after the other. */
  readonly #queue: number[] = [];
  readonly #isNameReached: Uint8Array;
  readonly #isWanted: Uint8Array;
  /** By file: the spelling of renamed definitions in the file as it was read. */
  readonly #spellings = new Map<MemberId, ReadonlyMap<NameId, string>>();

  constructor(
    readonly counted: CountedLink,
    readonly images: SectionGraphs,
    wanted: ReadonlySet<MemberId>,
  ) {
    this.#isNameReached = new Uint8Array(counted.resolution.winners.length);
    this.#isWanted = new Uint8Array(counted.graph.inputs.members.length);
    for (const member of wanted) this.#isWanted[member] = 1;
  }

  /** The sections of a file that is followed; null where it cannot be read completely. */
  graphOf(member: MemberId): SectionGraph | null {
    let graph = this.#graphs[member];
    if (graph === undefined) {
      graph = this.images(member);
      this.#graphs[member] = graph;
    }
    return graph;
  }

  has(member: MemberId, row: number): boolean {
    return (this.#reached[member] ?? NO_SECTIONS)[row] === 1;
  }

  add(member: MemberId, row: number): void {
    if (row === NONE) return;
    const graph = this.graphOf(member);
    if (graph === null) return;
    const rows = this.#reached[member] ?? new Uint8Array(graph.image.sections.length);
    this.#reached[member] = rows;
    if (rows[row] === 1) return;
    rows[row] = 1;
    this.#queue.push(member, row);
  }

  /** The definition that a name binds to, where it is in a file that is followed. */
  addName(name: NameId): void {
    if (name === NONE || this.#isNameReached[name] === 1) return;
    this.#isNameReached[name] = 1;
    const bound = this.counted.resolution.winners[name] ?? NONE;
    if (bound === NONE) return;
    const member = this.counted.graph.inputs.symbols.member[bound];
    if (this.#isWanted[member] === 1) this.add(member, this.homeOf(bound));
  }

  /** The section, as a row of its file's image, that a definition is in; NONE where that is not known. */
  homeOf(symbol: SymbolId): number {
    const { inputs } = this.counted.graph;
    const { member, section, flags, name, names } = inputs.symbols;
    const graph = this.graphOf(member[symbol]);
    if (graph === null) return NONE;
    const row = graph.rowOf(section[symbol]);
    if (isLocalState(flags[symbol]) || (graph.image.placesAllSymbols === true && row !== NONE)) return row;
    return graph.homeOf(this.#spellingsOf(member[symbol]).get(name[symbol]) ?? names.text(name[symbol]));
  }

  run(): void {
    const { names } = this.counted.graph.inputs.symbols;
    const queue = this.#queue;
    for (let row = queue.pop(); row !== undefined; row = queue.pop()) {
      const member = queue.pop() ?? NONE;
      const graph = this.graphOf(member);
      if (graph === null) continue;
      for (const target of graph.sectionsFrom(row)) this.add(member, target);
      const edits = this.counted.edits.get(member);
      for (const id of graph.nameIdsFrom(row)) this.addName(editedName(names, edits, id));
    }
  }

  #spellingsOf(member: MemberId): ReadonlyMap<NameId, string> {
    const known = this.#spellings.get(member);
    if (known !== undefined) return known;
    const { names } = this.counted.graph.inputs.symbols;
    const spellings = new Map<NameId, string>();
    for (const { name, action, newName } of this.counted.edits.get(member)?.values() ?? [])
      if (action === 'hide-and-rename') spellings.set(names.find(newName), names.text(name));
    this.#spellings.set(member, spellings);
    return spellings;
  }
}
