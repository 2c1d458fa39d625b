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
    const image = wanted.has(member) ? images(member) : null;
    for (const name of rootsOf(counted, member, image)) walk.addName(name);
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
 * Names of a file that are reached regardless of the referencing section: all names of a file that is not followed,
 * since its own weak definition may be overridden by one that is; otherwise the names that it references by no
 * relocation.
 */
function* rootsOf(
  { graph, edits }: CountedLink,
  member: MemberId,
  image: SectionGraph | null,
): Generator<NameId> {
  const { flags, firstSymbol, names, name } = graph.inputs.symbols;
  const own = edits.get(member);
  const given = image?.allNameIds ?? new Set<NameId>();
  const known = own === undefined ? given : new Set([...given].map((id) => editedName(names, own, id)));
  for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++) {
    if (isLocalState(flags[symbol])) continue;
    if (image === null || (isReference(flags[symbol]) && !known.has(name[symbol]))) yield graph.name[symbol];
  }
}

/** The name that a file's reference has after its edits. */
function editedName(
  names: NameTable,
  edits: ReadonlyMap<NameId, MemberEdit> | undefined,
  name: NameId,
): NameId {
  const edit = edits?.get(name);
  return edit?.action === 'hide-and-rename' ? names.find(edit.newName) : name;
}

/** Sections that were reached so far, by file. */
class CodeWalk {
  readonly #reached = new Map<MemberId, Uint8Array>();
  readonly #queue: { readonly member: MemberId; readonly row: number }[] = [];
  readonly #names = new Set<NameId>();
  /** By file: the spelling of renamed definitions in the file as it was read. */
  readonly #spellings = new Map<MemberId, ReadonlyMap<NameId, string>>();

  constructor(
    readonly counted: CountedLink,
    readonly images: SectionGraphs,
    readonly wanted: ReadonlySet<MemberId>,
  ) {}

  has(member: MemberId, row: number): boolean {
    return this.#reached.get(member)?.[row] === 1;
  }

  add(member: MemberId, row: number): void {
    const image = row === NONE ? null : this.images(member);
    if (image === null || this.has(member, row)) return;
    const rows = this.#reached.get(member) ?? new Uint8Array(image.image.sections.length);
    this.#reached.set(member, rows);
    rows[row] = 1;
    this.#queue.push({ member, row });
  }

  /** The definition that a name binds to, where it is in a file that is followed. */
  addName(name: NameId): void {
    if (name === NONE || this.#names.has(name)) return;
    this.#names.add(name);
    const bound = this.counted.resolution.winners[name];
    const member = bound === NONE ? NONE : this.counted.graph.inputs.symbols.member[bound];
    if (this.wanted.has(member)) this.add(member, this.homeOf(bound));
  }

  /** The section, as a row of its file's image, that a definition is in; NONE where that is not known. */
  homeOf(symbol: SymbolId): number {
    const { member, section, flags, name, names } = this.counted.graph.inputs.symbols;
    const image = this.images(member[symbol]);
    if (image === null) return NONE;
    if (isLocalState(flags[symbol])) return image.rowOf(section[symbol]);
    return image.homeOf(this.#spellingsOf(member[symbol]).get(name[symbol]) ?? names.text(name[symbol]));
  }

  run(): void {
    const { names } = this.counted.graph.inputs.symbols;
    for (let next = this.#queue.pop(); next !== undefined; next = this.#queue.pop()) {
      const { member, row } = next;
      const image = this.images(member);
      if (image === null) continue;
      for (const target of image.sectionsFrom(row)) this.add(member, target);
      const edits = this.counted.edits.get(member);
      for (const id of image.nameIdsFrom(row)) this.addName(editedName(names, edits, id));
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
