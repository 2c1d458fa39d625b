import { type Resolution, UNREFERENCED } from '../../link/resolve/resolution.js';
import { isDefined, isLocalState, isReference, isState } from '../../symbols/flags.js';
import type { NameId } from '../../symbols/names.js';
import { type MemberId, NONE, type SymbolId } from '../../symbols/table.js';
import type { Prepared } from '../plan-trim.js';
import type { StateKey } from '../state/state.js';
import type { EditCode, EditProblem, MemberEdit } from './edit-plan.js';
import type { CrateCopy } from './kinds/crate-copies.js';
import { actingSections, type SectionGraph, type SectionGraphs } from './section-graph.js';

const problem = (code: EditCode, name: NameId, member: MemberId): EditProblem => ({
  code,
  name,
  member,
  linker: null,
});

/**
 * E10: code that stays defined reaches no state that the provider has, too. Its own state is local, and the redirected
 * code does not use it, since the provider's LTO may have folded that state. Nor do kept and redirected code both use a
 * constant whose address may be compared: there would be two addresses.
 */
export function* keptCodeHasNoState(
  prepared: Prepared,
  copy: CrateCopy,
  edits: readonly MemberEdit[],
  links: readonly Resolution[],
  images: SectionGraphs,
): Generator<EditProblem> {
  const { units } = copy;
  for (const unit of units) if (images(unit) === null) return yield problem('edit-not-editable', NONE, unit);
  const crate = crateSections(units, images);
  const redirected = new Set(edits.map(({ name }) => name));
  const { names } = prepared.graph.inputs.symbols;
  const kept = crate.reach(keptRoots(prepared, units, redirected, links, images), (text) =>
    redirected.has(names.find(text)),
  );
  const given = crate.reach(
    edits.flatMap(({ member: unit, name: id }) => crate.homeOf(unit, names.text(id))),
    () => false,
  );
  for (const symbol of keptState(prepared, copy, crate, kept, given))
    yield problem(
      'edit-kept-state',
      prepared.graph.inputs.symbols.name[symbol],
      prepared.graph.inputs.symbols.member[symbol],
    );
  for (const unit of units)
    for (const { row, name: text } of addressedConstants(images(unit)))
      if (kept.has(`${unit} ${row}`) && given.has(`${unit} ${row}`))
        yield problem('edit-kept-state', names.find(text), unit);
}

/** State that kept code reaches, and that the provider has, redirected code uses, or others may refer to. */
function* keptState(
  prepared: Prepared,
  { units, providers }: CrateCopy,
  crate: ReturnType<typeof crateSections>,
  kept: ReadonlySet<string>,
  given: ReadonlySet<string>,
): Generator<SymbolId> {
  const { flags, section } = prepared.graph.inputs.symbols;
  const { key } = prepared.state;
  const theirs = new Set<StateKey>();
  for (const { unit } of providers.values())
    for (const symbol of stateOf(prepared, unit)) theirs.add(key[symbol]);
  for (const unit of units)
    for (const symbol of stateOf(prepared, unit)) {
      const place = crate.placeOf(unit, section[symbol]);
      if (place === null || !kept.has(place)) continue;
      const isShared = key[symbol] !== NONE && theirs.has(key[symbol]);
      if (isShared || given.has(place) || !isLocalState(flags[symbol])) yield symbol;
    }
}

/**
 * Constants that compilers make of literals, tables and virtual tables. No language gives these an address of their
 * own: LLVM marks them `unnamed_addr`. `anon.*`, `vtable.N`, `alloc_*` and `str.N` are rustc's, `.L*`, `L*` and `l_*`
 * are private to their object.
 */
const UNADDRESSED =
  /^_?(?:\.L|[lL]_|anon\.[0-9a-f]+\.\d+|vtable\.\w+|alloc_[0-9a-f]+|str\.\w+|\.?switch\.table\.|GCC_except_table|__real@|__xmm@|\?\?_C@|\?\?_R)/;

/** SHF_MERGE: a linker joins equal entries of several files, so no address can be relied on. */
const ELF_MERGE = 0x10n;

/** Sections of constants whose addresses a program may compare, with the name of a constant in each. */
function addressedConstants(graph: SectionGraph | null): { readonly row: number; readonly name: string }[] {
  if (graph === null) return [];
  const { sections, symbols } = graph.image;
  const named = new Map<number, string[]>();
  const functions = new Set<string>();
  for (const { section, name } of symbols) {
    if (section < 0) continue;
    named.set(section, [...(named.get(section) ?? []), name]);
    if (sections[section].use === 'code') functions.add(name);
  }
  return sections.flatMap(({ use, isWritable, name, flags }, row) => {
    const isConstant = use === 'constant' || (use === 'data' && !isWritable);
    if (!isConstant || isJoined(name, flags)) return [];
    // Without a symbol the name of the section is left: that of the constant, or of the function whose jump table it
    // holds.
    const own = named.get(row) ?? [name.replace(/^\.(?:rodata|data\.rel\.ro(?:\.local)?)\./, '')];
    const addressed = own.find((text) => !UNADDRESSED.test(text) && !functions.has(text));
    return addressed === undefined ? [] : [{ row, name: addressed }];
  });
}

const isJoined = (name: string, flags: bigint): boolean =>
  /,__(?:cstring|literal\d+)$/.test(name) || (name.startsWith('.') && (flags & ELF_MERGE) !== 0n);

function stateOf({ graph }: Prepared, member: MemberId): SymbolId[] {
  const { firstSymbol, flags } = graph.inputs.symbols;
  const found: SymbolId[] = [];
  for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++)
    if (isState(flags[symbol])) found.push(symbol);
  return found;
}

/** Roots of kept code: kept definitions that some link references, and sections with side effects. */
function keptRoots(
  { graph }: Prepared,
  units: readonly MemberId[],
  redirected: ReadonlySet<NameId>,
  links: readonly Resolution[],
  images: SectionGraphs,
): string[] {
  const { firstSymbol, flags, name, section } = graph.inputs.symbols;
  const wanted = new Set<NameId>();
  for (let symbol = 0; symbol < flags.length; symbol++)
    if (isReference(flags[symbol])) wanted.add(name[symbol]);
  const isWanted = (id: NameId) =>
    wanted.has(id) || links.some(({ referenceStrength }) => referenceStrength[id] !== UNREFERENCED);
  return units.flatMap((unit) => {
    const image = images(unit);
    if (image === null) return [];
    const roots = actingSections(image).map((row) => `${unit} ${row}`);
    for (let symbol = firstSymbol[unit]; symbol < firstSymbol[unit + 1]; symbol++) {
      if (!isDefined(flags[symbol]) || isLocalState(flags[symbol]) || redirected.has(name[symbol])) continue;
      const row = image.rowOf(section[symbol]);
      if (row !== NONE && isWanted(name[symbol])) roots.push(`${unit} ${row}`);
    }
    return roots;
  });
}

/** The sections of several units in one list: a place is a unit and a row of its image. */
function crateSections(units: readonly MemberId[], images: SectionGraphs) {
  const graphs = new Map(
    units.flatMap((unit): [MemberId, SectionGraph][] => {
      const graph = images(unit);
      return graph === null ? [] : [[unit, graph]];
    }),
  );
  const homeOf = (unit: MemberId, text: string): string[] => {
    const own = graphs.get(unit)?.homeOf(text) ?? NONE;
    if (own !== NONE) return [`${unit} ${own}`];
    for (const [other, graph] of graphs)
      if (graph.homeOf(text) !== NONE) return [`${other} ${graph.homeOf(text)}`];
    return [];
  };
  const placeOf = (unit: MemberId, section: number): string | null => {
    const row = graphs.get(unit)?.rowOf(section) ?? NONE;
    return row === NONE ? null : `${unit} ${row}`;
  };
  const targetsOf = (place: string, isCut: (name: string) => boolean): string[] => {
    const [unit, row] = place.split(' ').map(Number);
    const graph = graphs.get(unit);
    if (graph === undefined) return [];
    const named = graph.namesFrom(row).filter((text) => !isCut(text));
    return [
      ...graph.sectionsFrom(row).map((target) => `${unit} ${target}`),
      ...named.flatMap((text) => homeOf(unit, text)),
    ];
  };
  const reach = (from: readonly string[], isCut: (name: string) => boolean): Set<string> => {
    const reached = new Set(from);
    // Iterating over a growing set reaches the added elements, too.
    for (const place of reached) for (const target of targetsOf(place, isCut)) reached.add(target);
    return reached;
  };
  return { homeOf, placeOf, reach };
}
