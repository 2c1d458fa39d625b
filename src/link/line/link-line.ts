import type { NameId, NameTable } from '../../symbols/names.js';
import type { MemberId } from '../../symbols/table.js';
import { NONE } from '../../symbols/table.js';
import type { LayoutPatterns } from '../command/layout-patterns.js';
import type { LineDefinition } from '../command/line-definition.js';
import type { LineExports } from '../command/line-exports.js';
import type { Alternate } from '../command/linker-directives.js';
import type { LineInput } from '../command/parsed-line.js';
import type { ArchiveId, InputPlace, Inputs } from '../inputs/inputs.js';
import { membersOf } from '../inputs/link-graph.js';
import type { WrappedName } from '../inputs/wrapped-names.js';

/** One input of the link, at its position. An archive may be on a line more than once (W S W). */
export type LineItem =
  | { readonly kind: 'object'; readonly member: MemberId; readonly group: number }
  | {
      /** An object between --start-lib and --end-lib, which is extracted like an archive member. */
      readonly kind: 'lazy-object';
      readonly member: MemberId;
      readonly group: number;
      /** Numbers --start-lib … --end-lib: gold searches each as one archive. */
      readonly library: number;
    }
  | {
      /** A definition of the line (--defsym, -alias). From here on it overrides other definitions of the name. */
      readonly kind: 'definition';
      readonly name: NameId;
      readonly references: readonly NameId[];
      readonly isAlias: boolean;
      readonly group: number;
    }
  | {
      readonly kind: 'shared-library';
      readonly member: MemberId;
      readonly group: number;
      /** --as-needed: GNU ld leaves the library out if no file before it needs it. */
      readonly asNeeded: boolean;
    }
  | {
      readonly kind: 'archive';
      readonly archive: ArchiveId;
      readonly whole: boolean;
      /** Members that are loaded without a reference, if not all are: -ObjC. */
      readonly loads?: readonly MemberId[];
      /** Whether it is a default library (/defaultlib), which is searched after all other inputs. */
      readonly isDefault?: boolean;
      readonly group: number;
    };

/** A directive for the linker, resolved to inputs and names. Directives that name a missing library are left out. */
export type Request =
  /** A further input, after all others. `key` is its kind and name, as the file spells them. */
  | { readonly kind: 'input'; readonly key: string; readonly item: LineItem }
  /** An input that later directives cannot add any more (/nodefaultlib). */
  | { readonly kind: 'without-input'; readonly item: LineItem }
  /** A name that must be defined: searched at once, or after all inputs (an export). */
  | { readonly kind: 'include' | 'export'; readonly name: NameId }
  /** A name that is searched after all inputs, if an archive could define it. */
  | { readonly kind: 'include-if-offered'; readonly name: NameId }
  | ({ readonly kind: 'alternate' } & Alternate<NameId>);

/** A name that the linker searches even if no input references it. */
export interface Root {
  readonly name: NameId;
  /**
   * `option`: -u. `export`: --export of wasm-ld. `start-function`: -init, which few linkers search. `entry`: -e, and
   * `definition`: a name in a definition of the line; some linkers search both after all inputs. `start-up`: referenced
   * by the C start-up objects, which are not on the line. `open-world`: code that is not on the line may reference it.
   */
  readonly reason:
    | 'option'
    | 'export'
    | 'start-function'
    | 'definition'
    | 'entry'
    | 'start-up'
    | 'open-world';
}

/** A library of the line that was not found: it may define any name and reference any name. */
export interface MissingLibrary {
  /** As on the line: `-lz`. */
  readonly what: string;
  /** How many items of the line come before it. */
  readonly at: number;
  readonly group: number;
}

/**
 * A link line over inputs that have been read. `group` numbers --start-group … --end-group; NONE outside of groups.
 */
export interface LinkLine {
  readonly items: readonly LineItem[];
  readonly missingLibraries: readonly MissingLibrary[];
  readonly roots: readonly Root[];
  /** Whether other files can bind to global symbols of the output (-shared, --export-dynamic, -r). */
  readonly exportsSymbols: boolean;
  /** Which names the output exports: see exported-names.ts. */
  readonly exports: LineExports;
  /** How linker scripts and order files place sections. */
  readonly layout: LayoutPatterns;
  /** -dead_strip: unreferenced code is left out. ld64 then allows a duplicate if one of the two is unreferenced. */
  readonly stripsDead: boolean;
  /** --gc-sections: unreferenced sections are left out. */
  readonly collectsSections: boolean;
  /** --fortran-common: whether a COMMON extracts members that define it. Null: the linker's default. */
  readonly commonExtracts: boolean | null;
  /** --wrap. */
  readonly wrapped: readonly WrappedName[];
  /** Linker directives of each file (`.drectve`, `.deplibs`, LC_LINKER_OPTION). */
  readonly requests: ReadonlyMap<MemberId, readonly Request[]>;
  /** The same directives on the command line: /export, /alternatename, /nodefaultlib. */
  readonly ownRequests: readonly Request[];
}

/** The item for an input of the line. */
export function itemAt(
  place: InputPlace,
  { group, library, whole, asNeeded }: Pick<LineInput, 'group' | 'library' | 'whole' | 'asNeeded'>,
): LineItem {
  if (place.kind === 'archive') return { kind: 'archive', archive: place.archive, whole, group };
  if (place.kind === 'object')
    return library === NONE
      ? { kind: 'object', member: place.member, group }
      : { kind: 'lazy-object', member: place.member, group, library };
  return { kind: 'shared-library', member: place.member, group, asNeeded };
}

/**
 * Inserts the line's definitions between its items.
 * @param rows by item: how many inputs of the line precede it
 */
export function withDefinitions(
  items: readonly LineItem[],
  rows: readonly number[],
  definitions: readonly LineDefinition[],
  names: NameTable,
): LineItem[] {
  const itemOf = ({ name, references, isAlias, group }: LineDefinition): LineItem => ({
    kind: 'definition',
    name: names.internText(name),
    references: references.map((reference) => names.internText(reference)),
    isAlias,
    group,
  });
  const before = (at: number) =>
    definitions.filter((one) => one.at <= (rows[at] ?? Infinity) && (at === 0 || one.at > rows[at - 1]));
  return [...items, null].flatMap((item, at) => [
    ...before(at).map(itemOf),
    ...(item === null ? [] : [item]),
  ]);
}

/** The item for an input that is not on the line: of a linker directive, or a re-exported library. */
export const plainItemAt = (place: InputPlace): LineItem =>
  itemAt(place, { group: NONE, library: NONE, whole: false, asNeeded: false });

/** Files that are loaded without a reference at an item: an object, or all members under --whole-archive. */
export function loadedAt(inputs: Inputs, item: LineItem): readonly MemberId[] {
  if (item.kind === 'object') return [item.member];
  if (item.kind !== 'archive') return [];
  return item.whole ? membersOf(inputs, item.archive) : (item.loads ?? []);
}

/** The archives of a line in order of their first mention. */
export function archivesOf(line: LinkLine): ArchiveId[] {
  const seen = new Set<ArchiveId>();
  for (const item of line.items) if (item.kind === 'archive') seen.add(item.archive);
  return [...seen];
}

/** The same line with these archives before all others, after the objects that precede every archive. */
export function withArchivesFirst(line: LinkLine, first: readonly ArchiveId[]): LinkLine {
  const moved = first.flatMap((archive) =>
    line.items.filter((item) => item.kind === 'archive' && item.archive === archive).slice(0, 1),
  );
  const isRest = (item: LineItem) => item.kind !== 'archive' || !first.includes(item.archive);
  const rest = line.items.filter(isRest);
  const at = rest.findIndex((item) => item.kind === 'archive');
  const cut = at < 0 ? rest.length : at;
  const ungrouped = moved.map((item) => ({ ...item, group: NONE }));
  const missingLibraries = line.missingLibraries.map((library) => {
    const before = line.items.slice(0, library.at).filter(isRest).length;
    return { ...library, at: before < cut ? before : before + moved.length };
  });
  return { ...line, items: [...rest.slice(0, cut), ...ungrouped, ...rest.slice(cut)], missingLibraries };
}

/** The same line with these archives named once more at its end. */
export function withArchivesRepeated(line: LinkLine, again: readonly ArchiveId[]): LinkLine {
  const repeats = again.map((archive) => ({ kind: 'archive', archive, whole: false, group: NONE }) as const);
  return { ...line, items: [...line.items, ...repeats] };
}

/** The same line with names that it requires (`-u`). */
export const withRequiredNames = (line: LinkLine, names: readonly NameId[]): LinkLine => ({
  ...line,
  roots: [...line.roots, ...names.map((name) => ({ name, reason: 'option' as const }))],
});

/** The same line with everything from its first archive to its last in one group. */
export function withOneGroup(line: LinkLine): LinkLine {
  const isArchive = (item: LineItem) => item.kind === 'archive';
  const first = line.items.findIndex(isArchive);
  const last = line.items.findLastIndex(isArchive);
  const items = line.items.map((item, at) =>
    at >= first && at <= last ? { ...item, group: 0 } : { ...item, group: NONE },
  );
  const missingLibraries = line.missingLibraries.map((library) => ({
    ...library,
    group: library.at > first && library.at <= last ? 0 : NONE,
  }));
  return { ...line, items, missingLibraries };
}
