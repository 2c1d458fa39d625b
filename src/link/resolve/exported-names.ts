import {
  DATA,
  DEFINITION,
  HIDDEN,
  isAutoHide,
  isDefined,
  isExported,
  isTls,
  isUnique,
  kindOf,
  UNIQUE,
  visibilityOf,
} from '../../symbols/flags.js';
import type { NameId } from '../../symbols/names.js';
import { NONE, type SymbolId } from '../../symbols/table.js';
import { anyGlobTest, isGlob } from '../command/glob.js';
import type { LineExports } from '../command/line-exports.js';
import { localTest } from '../command/version-script.js';
import { exclusionOf } from '../inputs/hidden-archives.js';
import type { LinkGraph } from '../inputs/link-graph.js';
import type { LinkLine } from '../line/link-line.js';
import { isLinkerDefined, linkerDefinedTexts, seenUnlessHidden } from './linker-defined-names.js';
import { type Resolution, STRONGLY_REFERENCED, UNREFERENCED } from './resolution.js';
import { flagsPresent } from './row-searches.js';

/** How the output exports a name. */
export const NOT_EXPORTED = 0;
/** Exported with all others of its kind. */
export const EXPORTED_WITH_OTHERS = 1;
/** The line, or the object itself, names it. */
export const EXPORTED_BY_NAME = 2;
/** The linker's own name that a file hides, which is not what the linker makes of it otherwise. */
export const HIDDEN_BY_FILE = 3;
/** Undefined in a relocatable output: the next link searches for it. */
export const WANTED = 4;
export const WANTED_WEAKLY = 5;

/** How a link exports its names. */
export interface Exports {
  /** The names of which some may be exported, in ascending order; null for all. */
  readonly candidates: readonly NameId[] | null;
  /** One of the constants above. */
  exportOf(name: NameId): number;
}

/**
 * The names that a link exports, or leaves undefined for the next link. Null if it exports none. With names that
 * objects name in their directives (`/EXPORT`), which are required of the link anyway.
 */
export function exportsOf(graph: LinkGraph, line: LinkLine, resolution: Resolution): Exports | null {
  const rule = ruleFor(graph, line, resolution);
  if (rule === null) return null;
  const { winners, referenceStrength } = resolution;
  const { contents, symbols } = graph.inputs;
  return {
    candidates: rule.candidates,
    exportOf: (name) => {
      // Names may have joined the table after the link was simulated.
      const symbol = winners[name] ?? NONE;
      if (symbol === NONE)
        return (referenceStrength[name] ?? UNREFERENCED) === UNREFERENCED
          ? NOT_EXPORTED
          : rule.undefinedName(name);
      if (contents[symbols.member[symbol]].kind !== 'object') return NOT_EXPORTED;
      return rule.exportOf(name, symbols.flags[symbol]);
    },
  };
}

/** The same by NameId. */
export function exportedNames(graph: LinkGraph, line: LinkLine, resolution: Resolution): Uint8Array | null {
  const exports = exportsOf(graph, line, resolution);
  if (exports === null) return null;
  const exported = new Uint8Array(resolution.winners.length);
  if (exports.candidates !== null)
    for (const name of exports.candidates) exported[name] = exports.exportOf(name);
  else for (let name = 0; name < exported.length; name++) exported[name] = exports.exportOf(name);
  return exported;
}

interface Rule {
  /** How a definition is exported that a name of the output binds to. @param flags the definition's */
  exportOf(name: NameId, flags: number): number;
  /** The same of a name that files refer to, and none defines: the linker itself may. */
  undefinedName(name: NameId): number;
  /** The names of which some may be exported, in ascending order; null for all. */
  readonly candidates: readonly NameId[] | null;
}

const ofAll = (
  exportOf: Rule['exportOf'],
  undefinedName: Rule['undefinedName'] = () => NOT_EXPORTED,
): Rule => ({ exportOf, undefinedName, candidates: null });

function ruleFor(graph: LinkGraph, line: LinkLine, resolution: Resolution): Rule | null {
  // The output of -r is linked again: all its globals are visible then, and undefined ones extract members.
  if (line.exports.output === 'relocatable')
    return ofAll(
      () => EXPORTED_BY_NAME,
      (name) => (resolution.referenceStrength[name] === STRONGLY_REFERENCED ? WANTED : WANTED_WEAKLY),
    );
  switch (graph.inputs.format) {
    case 'elf':
      return elfRule(graph, line, resolution);
    case 'macho':
      return machoRule(graph, line);
    case 'coff':
      return coffRule(graph, line, resolution);
    case 'wasm':
      return wasmRule(graph, line);
    default:
      return null;
  }
}

/**
 * Exports of ELF: a shared library exports its visible symbols, except those that version scripts make local; a program
 * exports those of -E or a dynamic list. Symbols that a shared library on the line references or also defines are
 * exported as well.
 *
 * Source: bfd/elflink.c `elf_link_add_object_symbols`, `bfd_elf_link_assign_sym_version`; lld/ELF/Driver.cpp
 * `handleDynamicList`, lld/ELF/Symbols.cpp `computeIsPreemptible`, `Symbol::includeInDynsym`.
 */
function elfRule(graph: LinkGraph, { exports, layout }: LinkLine, resolution: Resolution): Rule {
  const { output, hasData, versions } = exports;
  const { names } = graph.inputs.symbols;
  const { exportsUnique } = resolution.profile;
  const mayExportUnique = exportsUnique && (flagsPresent(graph) & UNIQUE) !== 0;
  const isEverything = exportsEverything(exports);
  const added = isEverything
    ? exports.added
    : [...exports.added, ...REPLACES_LIBRARY, ...versionedNames(graph)];
  const isAdded = listTest(added);
  const isLocal = localTest(versions);
  const isVersioned = new Set(versions.flatMap(({ global }) => global));
  const isHidden = hiddenTest(graph, exports.excludedArchives, resolution);
  const isNamed = versions.length > 0 || added.length > 0;
  const exportOf: Rule['exportOf'] = (name, flags) => {
    if (isHidden(name, flags)) return NOT_EXPORTED;
    if (!isNamed || (exportsUnique && isUnique(flags))) return EXPORTED_WITH_OTHERS;
    const text = names.text(name);
    const own = isAdded(text);
    if (own !== NOT_EXPORTED) return own;
    if (!(isEverything || (hasData && isData(flags))) || isLocal(text)) return NOT_EXPORTED;
    return isVersioned.has(text) ? EXPORTED_BY_NAME : EXPORTED_WITH_OTHERS;
  };
  const isSeenOtherwise = seenUnlessHidden(graph, resolution, output);
  const undefinedName: Rule['undefinedName'] = (name) => {
    if (!isLinkerDefined(names.text(name), layout)) return NOT_EXPORTED;
    const own = exportOf(name, DEFINITION);
    return own === NOT_EXPORTED && isHidden(name, DEFINITION) && isSeenOtherwise(name) ? HIDDEN_BY_FILE : own;
  };
  if (isEverything || hasData || mayExportUnique || added.some(isGlob)) return ofAll(exportOf, undefinedName);
  // A linker that exports unique symbols has all names examined, and so its own names that a file hides.
  const hideable = exportsUnique ? linkerDefinedTexts(layout) : [];
  return { exportOf, undefinedName, candidates: knownNames(graph, [...added, ...hideable], resolution) };
}

/** Ids of texts that are names of a link, in ascending order. */
const knownNames = ({ inputs }: LinkGraph, texts: readonly string[], { winners }: Resolution): NameId[] =>
  [...new Set(texts.map((text) => inputs.symbols.names.find(text)))]
    .filter((name) => name !== NONE && name < winners.length)
    .sort((one, other) => one - other);

const exportsEverything = ({ output, isDynamic }: LineExports): boolean => output === 'shared' || isDynamic;

const isData = (flags: number): boolean => kindOf(flags) === DATA || isTls(flags);

/**
 * Names of which a shared library requires a version. The library that has this version may not be on the line; if the
 * linker finds it in the link, it exports the program's definition.
 */
function versionedNames({ versionedReferences, inputs }: LinkGraph): readonly string[] {
  const found = textsOf.get(versionedReferences);
  if (found !== undefined) return found;
  const texts = [...new Set(versionedReferences.values())].map((name) => inputs.symbols.names.text(name));
  textsOf.set(versionedReferences, texts);
  return texts;
}

const textsOf = new WeakMap<LinkGraph['versionedReferences'], readonly string[]>();

/**
 * Functions that a program may define in place of its C or C++ library's, which then calls them: a compiler's driver
 * puts those libraries on no line.
 *
 * Source: "Replacing malloc" of the GNU C library's manual; [replacement.functions] of the C++ standard.
 */
const REPLACES_LIBRARY = [
  ...'malloc free calloc realloc aligned_alloc malloc_usable_size memalign posix_memalign pvalloc valloc'.split(
    ' ',
  ),
  ...['_Znwm', '_Znam', '_Znwj', '_Znaj'].flatMap((own) =>
    ['', 'RKSt9nothrow_t', 'St11align_val_t'].map((rest) => own + rest),
  ),
  ...['_ZdlPv', '_ZdaPv'].flatMap((own) =>
    ['', 'm', 'j', 'RKSt9nothrow_t', 'St11align_val_t'].map((rest) => own + rest),
  ),
];

/** The most constraining visibility among all files of the link is that of the output. */
function hiddenTest(
  graph: LinkGraph,
  excluded: readonly string[],
  { loaded }: Resolution,
): (name: NameId, flags: number) => boolean {
  const { symbols, archives, members, contents } = graph.inputs;
  const isExcluded = archives.map(({ path }) => exclusionOf(excluded, path) === 'all');
  const isKept = (symbol: SymbolId): boolean => {
    const flags = symbols.flags[symbol];
    if (visibilityOf(flags) !== HIDDEN) return false;
    // Only the definition of an excluded archive that the link uses is made local to the output.
    const { archive } = members[symbols.member[symbol]];
    return archive === NONE || !isExcluded[archive] || !isDefined(flags);
  };
  let hidden: Uint8Array | undefined;
  const collect = (): Uint8Array => {
    const found = new Uint8Array(symbols.names.length);
    for (const member of loaded.filter((one) => contents[one].kind === 'object'))
      for (let symbol = symbols.firstSymbol[member]; symbol < symbols.firstSymbol[member + 1]; symbol++)
        if (isKept(symbol)) found[graph.name[symbol]] = 1;
    return found;
  };
  return (name, flags) => {
    hidden ??= collect();
    return hidden[name] === 1 || visibilityOf(flags) === HIDDEN;
  };
}

/**
 * Images, also programs, export all names that are not private extern: `dlsym` finds it, and bundles link with it
 * (-bundle_loader). With -dead_strip a program loses what it does not use itself.
 *
 * Source: `man ld`; lld/MachO/Driver.cpp `handleExplicitExports`.
 */
function machoRule({ inputs }: LinkGraph, { exports, stripsDead }: LinkLine): Rule | null {
  const { output, isDynamic, isNamedOnly, only, without } = exports;
  const { names } = inputs.symbols;
  const isListed = only === null ? null : listTest(only);
  if (isListed === null && (isNamedOnly || (output === 'program' && stripsDead && !isDynamic))) return null;
  const isWithout = anyGlobTest(without);
  return ofAll((name, flags) => {
    if (visibilityOf(flags) === HIDDEN || isAutoHide(flags)) return NOT_EXPORTED;
    const text = names.text(name);
    if (isListed !== null) return isListed(text);
    return isWithout(text) ? NOT_EXPORTED : EXPORTED_WITH_OTHERS;
  });
}

/**
 * GNU's linker puts every global into the table of a DLL unless a file or the line names what to export. What is named
 * is required of the link by that itself.
 *
 * Source: ld/pe-dll.c `process_def_file_and_drectve`; lld/COFF/MinGW.cpp `AutoExporter`.
 */
export function coffExportTest(
  { exports, requests, ownRequests }: LinkLine,
  { loaded }: Resolution,
): ((text: string) => boolean) | null {
  const { output, isAll, isNamedOnly, without } = exports;
  const isExport = ({ kind }: { readonly kind: string }) => kind === 'export';
  const namesAny =
    ownRequests.some(isExport) || loaded.some((member) => requests.get(member)?.some(isExport) ?? false);
  if (!isAll && (output !== 'shared' || isNamedOnly || namesAny)) return null;
  const isWithout = anyGlobTest(without.flatMap((name) => [name, `_${name}`]));
  const isOwn = (text: string) => text.startsWith('__imp_') || IMPORT_HEADS.test(text);
  return (text) => !isWithout(text) && !isOwn(text);
}

function coffRule({ inputs }: LinkGraph, line: LinkLine, resolution: Resolution): Rule | null {
  const isExported = coffExportTest(line, resolution);
  const { names } = inputs.symbols;
  return isExported && ofAll((name) => (isExported(names.text(name)) ? EXPORTED_WITH_OTHERS : NOT_EXPORTED));
}

/** Names that import libraries are made of, which no DLL exports. */
const IMPORT_HEADS =
  /^_?_(?:head|nm)_|_iname$|^__IMPORT_DESCRIPTOR_|^__NULL_IMPORT_DESCRIPTOR|_NULL_THUNK_DATA$/;

/**
 * Exports of WebAssembly: symbols that an object marks (`export_name`), those of --export, and all visible symbols or
 * all symbols by option.
 *
 * Source: lld/wasm/Symbols.cpp `Symbol::isExported`.
 */
function wasmRule({ inputs }: LinkGraph, { exports, layout }: LinkLine): Rule {
  const { output, isAll, isDynamic, added } = exports;
  const { names } = inputs.symbols;
  const isAdded = listTest(added);
  const isEverything = isDynamic || output === 'shared';
  const exportOf: Rule['exportOf'] = (name, flags) => {
    if (isExported(flags)) return EXPORTED_BY_NAME;
    const own = added.length === 0 ? NOT_EXPORTED : isAdded(names.text(name));
    if (own !== NOT_EXPORTED) return own;
    return isAll || (isEverything && visibilityOf(flags) !== HIDDEN) ? EXPORTED_WITH_OTHERS : NOT_EXPORTED;
  };
  // The linker hides what it defines itself (lld/wasm/Writer.cpp, `addStartStopSymbols`).
  return ofAll(exportOf, (name) =>
    isLinkerDefined(names.text(name), layout) ? exportOf(name, DEFINITION | HIDDEN) : NOT_EXPORTED,
  );
}

/**
 * Names that a version script spells out, where the linker then requires that some file of the line defines them,
 * loaded or not.
 *
 * Source: lld/ELF/SymbolTable.cpp, `assignExactVersion`: --no-undefined-version is the default from LLD 16 on.
 */
export function requiredByVersions(
  { inputs }: LinkGraph,
  { exports }: LinkLine,
  { profile }: Resolution,
): NameId[] {
  if (!profile.requiresVersionedNames || inputs.format !== 'elf') return [];
  const texts = exports.versions.flatMap(({ global, local }) => [...global, ...local]);
  return [...new Set(texts)]
    .filter((text) => !isGlob(text))
    .map((text) => inputs.symbols.names.find(text))
    .filter((name) => name !== NONE);
}

/** How a list exports a name: by itself, or by a pattern. */
function listTest(listed: readonly string[]): (text: string) => number {
  if (listed.length === 0) return () => NOT_EXPORTED;
  const exact = new Set(listed.filter((pattern) => !isGlob(pattern)));
  const fits = anyGlobTest(listed.filter(isGlob));
  return (text) => (exact.has(text) ? EXPORTED_BY_NAME : fits(text) ? EXPORTED_WITH_OTHERS : NOT_EXPORTED);
}
