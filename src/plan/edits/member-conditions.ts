import { cText } from '../../link/inputs/c-names.js';
import type { ArchiveId, Inputs } from '../../link/inputs/inputs.js';
import type { LinkLine } from '../../link/line/link-line.js';
import { soleRuntimeOf } from '../../origin/runtime-names.js';
import {
  DATA,
  isAbsolute,
  isCommon,
  isDefined,
  isFunction,
  isLocalState,
  isTls,
  isWeak,
  kindOf,
} from '../../symbols/flags.js';
import { eachTarget, type ImageRelocation, type ObjectImage } from '../../symbols/image/object-image.js';
import type { NameId } from '../../symbols/names.js';
import type { SideEffectKind } from '../../symbols/object-format.js';
import { EditError } from '../../symbols/symbol-edit.js';
import { type MemberId, NONE, type SymbolId } from '../../symbols/table.js';
import type { Prepared } from '../plan-trim.js';
import type { EditCode, EditProblem } from './edit-plan.js';
import type { EditedLinks } from './edited-link.js';
import { requireEditableMember } from './edited-source.js';
import { commonNames, isProtectedName, namesOfLine, namesWithMeaning } from './protected-names.js';
import type { SectionGraphs } from './section-graph.js';

const problem = (code: EditCode, name: NameId, member: MemberId): EditProblem => ({
  code,
  name,
  member,
  linker: null,
});

/** E1: every edited member is native code of an archive that can be written again, and its writer takes the edits. */
export function* membersAreEditable({ original, byMember }: EditedLinks): Generator<EditProblem> {
  const { inputs } = original.graph;
  for (const [member, edits] of byMember) {
    const { archive } = inputs.members[member];
    const content = inputs.contents[member];
    if (archive === NONE || inputs.archives[archive].stored.isThin || inputs.archives[archive].isFixed)
      yield problem('edit-not-editable', NONE, member);
    else if (content.kind !== 'object' || content.info.isRecompiled)
      yield problem('edit-recompiled', NONE, member);
    else {
      const refusal = refusalOf(() => requireEditableMember(inputs, member, edits));
      if (refusal !== null) yield problem(refusal, NONE, member);
    }
  }
}

function refusalOf(check: () => void): EditCode | null {
  try {
    check();
    return null;
  } catch (error) {
    if (error instanceof EditError) return `edit-${error.refusal}`;
    throw error;
  }
}

/** E1: a member that cannot be read may refer to an edited name. */
export function* archivesAreReadable({ original, edits }: EditedLinks): Generator<EditProblem> {
  const { inputs } = original.graph;
  const archives = new Set(edits.map(({ member }) => inputs.members[member].archive));
  for (const { id, archive } of inputs.members)
    if (archives.has(archive) && inputs.contents[id].kind === 'unreadable')
      yield problem('edit-recompiled', NONE, id);
}

/** E4: no option, directive or symbol version depends on an edited name. */
export function* namesAreOnlyReferenced({ original, edits, links }: EditedLinks): Generator<EditProblem> {
  const { inputs } = original.graph;
  const lines = new Set<LinkLine>(links.map(({ line }) => line));
  const namesIn = (read: typeof namesOfLine) =>
    new Set([...lines].flatMap((line) => [...read(inputs, line)]));
  const [named, meant] = [namesIn(namesOfLine), namesIn(namesWithMeaning)];
  const linkonce = linkonceMembers(original);
  for (const { name, member, action } of edits) {
    const text = inputs.symbols.names.text(name);
    const isVersioned = inputs.format === 'elf' && text.includes('@');
    // `-u` of a name that becomes undefined then requires the other definition.
    const isNamed = (action === 'undefine' ? meant : named).has(name);
    if (isNamed || isVersioned || linkonce.has(member)) yield problem('edit-named-elsewhere', name, member);
  }
}

/** Sections of `.gnu.linkonce` compete by their own names, which no edit of a symbol changes. */
function linkonceMembers({ graph }: Prepared): ReadonlySet<MemberId> {
  const { groups, names } = graph.inputs.symbols;
  return new Set(
    groups
      .filter(({ signature }) => names.text(signature).startsWith('.gnu.linkonce.'))
      .map(({ member }) => member),
  );
}

/** E7: names that are found by other means than references keep their spelling, and no COMMON symbol is edited. */
export function* protectedNamesStay({ original, edits }: EditedLinks): Generator<EditProblem> {
  const { inputs } = original.graph;
  const commons = commonNames(inputs);
  for (const { name, member, action } of edits) {
    const isProtected = action === 'hide-and-rename' && isProtectedName(inputs, name);
    if (isProtected || commons.has(name)) yield problem('edit-protected-name', name, member);
  }
}

/** A class that its file lists for the Objective-C runtime, which reads the lists of all files. */
const LISTED_CLASS = /^_?OBJC_(META)?CLASS_\$_/;

/**
 * E7: a registry that is walked by name on both sides cannot be two, and a file goes on to list a class for the runtime
 * that an edit binds to the class of another file.
 */
export function* registriesStayWhole({ original, edits, links }: EditedLinks): Generator<EditProblem> {
  const { inputs } = original.graph;
  for (const { name, member, action } of edits)
    if (action !== 'hide-and-rename' && LISTED_CLASS.test(cText(inputs, inputs.symbols.names.text(name))))
      yield problem('edit-registry', name, member);
  const isolated = new Set(
    edits.flatMap(({ evidence }) => (evidence.kind === 'isolate' ? [evidence.archive] : [])),
  );
  if (isolated.size === 0) return;
  for (const { after } of links)
    for (const sides of sidesOfRegistries(inputs, after.loaded, isolated))
      if (sides.size > 1) yield problem('edit-registry', NONE, NONE);
}

/** Of each registry of a link: the isolated archives that have entries in it, and NONE for all other files. */
function sidesOfRegistries(
  inputs: Inputs,
  loaded: readonly MemberId[],
  isolated: ReadonlySet<ArchiveId>,
): Iterable<ReadonlySet<number>> {
  const registries = new Map<string, Set<number>>();
  for (const member of loaded) {
    const { archive } = inputs.members[member];
    const side = isolated.has(archive) ? archive : NONE;
    for (const section of registriesOf(inputs, member))
      registries.set(section, (registries.get(section) ?? new Set()).add(side));
  }
  return registries.values();
}

/** Sections of a file that the program or its runtime walks. */
function registriesOf({ contents }: Inputs, member: MemberId): string[] {
  const content = contents[member];
  if (content.kind !== 'object') return [];
  return content.info.sideEffects.filter(({ kind }) => REGISTRIES.has(kind)).map(({ section }) => section);
}

const REGISTRIES: ReadonlySet<SideEffectKind> = new Set<SideEffectKind>([
  'registry',
  'objc-metadata',
  'swift-metadata',
]);

/**
 * E7: no edit changes the symbols of a runtime that a process can have only once: neither two complete runtimes nor a
 * mixture would work.
 */
export function* soleRuntimesStay({ original, edits }: EditedLinks): Generator<EditProblem> {
  const { inputs } = original.graph;
  const runtimes = soleRuntimes(original);
  if (runtimes.size === 0) return;
  const found = new Set<ArchiveId>();
  for (const { member, evidence } of edits) {
    const { archive } = inputs.members[member];
    const start = runtimes.get(archive);
    if (start === undefined || found.has(archive) || evidence.kind === 'redirect') continue;
    if (evidence.kind !== 'isolate' && runtimes.size === 1) continue;
    found.add(archive);
    yield problem('edit-registry', inputs.symbols.name[start], inputs.symbols.member[start]);
  }
}

/** Archives that contain such a runtime, each with a symbol that shows it. */
function soleRuntimes({ graph: { inputs } }: Prepared): ReadonlyMap<ArchiveId, SymbolId> {
  const { flags, name, member, names } = inputs.symbols;
  const UNKNOWN = 2;
  const spelt = new Uint8Array(names.length).fill(UNKNOWN);
  const isStart = (id: NameId): boolean => {
    if (spelt[id] === UNKNOWN) spelt[id] = Number(soleRuntimeOf(names.text(id)) !== null);
    return spelt[id] === 1;
  };
  const found = new Map<ArchiveId, SymbolId>();
  for (let symbol = 0; symbol < flags.length; symbol++) {
    if (!isDefined(flags[symbol])) continue;
    const { archive } = inputs.members[member[symbol]];
    if (archive !== NONE && !found.has(archive) && isStart(name[symbol])) found.set(archive, symbol);
  }
  return found;
}

/** E12, E13: the replacement is a strong definition of the same kind, which no edit changes; data has the same size. */
export function* replacementsFit({ original, edits, byMember }: EditedLinks): Generator<EditProblem> {
  const { inputs } = original.graph;
  for (const { name, member, action, evidence } of edits) {
    if (action === 'hide-and-rename' || evidence.kind === 'isolate') continue;
    const [given, kept] = [member, evidence.provider].map((file) => definitionOf(original, file, name));
    if (given === NONE) continue;
    const isKept = kept !== NONE && !byMember.get(evidence.provider)?.has(name);
    const code = !isKept
      ? 'edit-owner'
      : whyNoReplacement(inputs.symbols, given, kept, inputs.format === 'wasm');
    if (code !== null) yield problem(code, name, member);
  }
}

function whyNoReplacement(
  { flags, size }: Prepared['graph']['inputs']['symbols'],
  given: SymbolId,
  kept: SymbolId,
  isWasm: boolean,
): EditCode | null {
  const [a, b] = [flags[given], flags[kept]];
  if (isWeak(b) || isCommon(b)) return 'edit-owner';
  if (kindOf(a) !== kindOf(b) || isAbsolute(a) !== isAbsolute(b)) return 'edit-size';
  const isSized = kindOf(a) === DATA || isTls(a) || (isWasm && isFunction(a));
  return isSized && size[given] !== size[kept] ? 'edit-size' : null;
}

/** By member: its definitions by name, the first of each. Edits ask for thousands of names of one member. */
const definitions = new WeakMap<Prepared, Map<MemberId, ReadonlyMap<NameId, SymbolId>>>();

/** The row in which a member defines a name; NONE when it does not. */
export function definitionOf(prepared: Prepared, member: MemberId, name: NameId): SymbolId {
  const ofMembers = definitions.get(prepared) ?? new Map<MemberId, ReadonlyMap<NameId, SymbolId>>();
  definitions.set(prepared, ofMembers);
  const own = ofMembers.get(member) ?? definitionsOf(prepared, member);
  ofMembers.set(member, own);
  return own.get(name) ?? NONE;
}

function definitionsOf({ graph }: Prepared, member: MemberId): ReadonlyMap<NameId, SymbolId> {
  const { firstSymbol, flags, name } = graph.inputs.symbols;
  const found = new Map<NameId, SymbolId>();
  for (let symbol = firstSymbol[member]; symbol < firstSymbol[member + 1]; symbol++)
    if (isDefined(flags[symbol]) && !isLocalState(flags[symbol]) && !found.has(name[symbol]))
      found.set(name[symbol], symbol);
  return found;
}

/** Relocations of x86-64 that count from the end of their slot, or from some bytes after it. */
const PC_RELATIVE = new Set([2, 4]);

/**
 * E3: an object may refer to its own data by section and offset. Such references stay with the old definition when the
 * symbol is undefined or weakened.
 */
export function* dataIsNamed(
  { original, edits }: EditedLinks,
  images: SectionGraphs,
): Generator<EditProblem> {
  const { symbols } = original.graph.inputs;
  const referencesTo = referenceReader();
  for (const { name, member, action } of edits) {
    if (action === 'hide-and-rename') continue;
    const definition = definitionOf(original, member, name);
    if (definition === NONE || isFunction(symbols.flags[definition])) continue;
    const graph = images(member);
    const own = graph?.definitionOf(symbols.names.text(name)) ?? null;
    if (graph === null || own === null) continue;
    const isWithin = (at: number) => at >= own.value && at < own.value + (own.size || 1n);
    const mayPointTo = (addend: number | null, type: number) =>
      addend === null ||
      (PC_RELATIVE.has(type) ? isWithin(addend + 4) || isWithin(addend + 8) : isWithin(addend));
    const isUsed = referencesTo(graph.image, own.section).some(({ addend, type }) =>
      mayPointTo(addend, type),
    );
    if (isUsed) yield problem('edit-not-editable', name, member);
  }
}

/** Finds the relocations of an object that name one of its sections. */
type ReferenceReader = (image: ObjectImage, section: number) => readonly ImageRelocation[];

/** The targets of each object are visited once; relocations are decoded of the sections that have such a target. */
function referenceReader(): ReferenceReader {
  const known = new Map<ObjectImage, ReadonlyMap<number, ReadonlySet<number>>>();
  return (image, section) => {
    const users = known.get(image) ?? usersOfSections(image);
    known.set(image, users);
    return [...(users.get(section) ?? [])].flatMap((row) =>
      image.sections[row].relocations.filter((relocation) => relocation.section === section),
    );
  };
}

/** By section: the sections with relocations that name it. */
function usersOfSections({ sections }: ObjectImage): Map<number, Set<number>> {
  const users = new Map<number, Set<number>>();
  for (let row = 0; row < sections.length; row++)
    eachTarget(sections[row], (_, target) => {
      if (target === NONE) return;
      const own = users.get(target);
      if (own) own.add(row);
      else users.set(target, new Set([row]));
    });
  return users;
}
