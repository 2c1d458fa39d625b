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
      /** An object that is taken in as an archive's member is, when it is wanted. */
      readonly kind: 'lazy-object';
      readonly member: MemberId;
      readonly group: number;
      /** Numbers --start-lib … --end-lib: gold searches each as one archive. */
      readonly library: number;
    }
  | {
      /** What a name means from here on, whatever else defines it. */
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
      /** GNU ld leaves it out where nothing needs it yet (--as-needed). */
      readonly asNeeded: boolean;
    }
  | {
      readonly kind: 'archive';
      readonly archive: ArchiveId;
      readonly whole: boolean;
      /** Members that are loaded unasked, where not all are: -ObjC. */
      readonly loads?: readonly MemberId[];
      /** A default library that the line names: it is searched when all else has been. */
      readonly isDefault?: boolean;
      readonly group: number;
    };

/** A request with what it names found. One that names a library which was not found is left out. */
export type Request =
  /** Another input, behind all others. `key` is its kind and name, as the file says them. */
  | { readonly kind: 'input'; readonly key: string; readonly item: LineItem }
  /** An input that no other file can ask for from now on. */
  | { readonly kind: 'without-input'; readonly item: LineItem }
  /** A name that must be found: at once, or when all else is (an export). */
  | { readonly kind: 'include' | 'export'; readonly name: NameId }
  /** A name that is wanted if an archive could define it when all else is found. */
  | { readonly kind: 'include-if-offered'; readonly name: NameId }
  | ({ readonly kind: 'alternate' } & Alternate<NameId>);

/** A name that must be found though no input of the line need refer to it. */
export interface Root {
  readonly name: NameId;
  /**
   * `option`: -u. `start-function`: -init, which few linkers search for. `entry`: -e, and `definition`: what the line's
   * own definitions name, which some linkers search for after all inputs. `start-up`: what the C start-up objects
   * refer to, which are not on the line. `open-world`: code that is not on the line may refer to it.
   */
  readonly reason: 'option' | 'start-function' | 'definition' | 'entry' | 'start-up' | 'open-world';
}

/** A library that the line names and that was not found: it may define anything, and refer to anything. */
export interface UnreadLibrary {
  /** As the line has it: `-lz`. */
  readonly what: string;
  /** How many items of the line come before it. */
  readonly at: number;
  readonly group: number;
}

/**
 * The line as a linker sees it, over inputs that are read already. `group` numbers --start-group … --end-group; NONE
 * outside.
 */
export interface LinkLine {
  readonly items: readonly LineItem[];
  readonly unread: readonly UnreadLibrary[];
  readonly roots: readonly Root[];
  /** The output keeps its global symbols for others (-shared, --export-dynamic, -r): visibility then matters. */
  readonly exportsSymbols: boolean;
  /** Which names that are: see exported-names.ts. */
  readonly exports: LineExports;
  /** How linker scripts and order files place what is linked. */
  readonly layout: LayoutPatterns;
  /** Code that nothing refers to is left out: to ld64 a duplicate is then one of two that may be. */
  readonly stripsDead: boolean;
  /** --gc-sections: sections that nothing refers to are left out. */
  readonly collectsSections: boolean;
  /** Whether a COMMON is searched for in archives: --fortran-common. Null: as the linker does by default. */
  readonly commonExtracts: boolean | null;
  /** --wrap. */
  readonly wrapped: readonly WrappedName[];
  /** What files ask of the linker that takes them in. */
  readonly requests: ReadonlyMap<MemberId, readonly Request[]>;
  /** What the line itself asks for in the same words: /export, /alternatename, /nodefaultlib. */
  readonly ownRequests: readonly Request[];
}

/** An input of the line as the linker takes it. */
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

/** Items with what the line defines in its places. @param rows by item: how many inputs of the line come before it */
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

/** An input that is not on the line: what a file asks for, or a library offers as its own. */
export const plainItemAt = (place: InputPlace): LineItem =>
  itemAt(place, { group: NONE, library: NONE, whole: false, asNeeded: false });

/** The files that a linker loads unasked at an item of the line: an object, all members of a whole archive. */
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

/** The same line with these archives before all others, behind the objects that precede every archive. */
export function withArchivesFirst(line: LinkLine, first: readonly ArchiveId[]): LinkLine {
  const moved = first.flatMap((archive) =>
    line.items.filter((item) => item.kind === 'archive' && item.archive === archive).slice(0, 1),
  );
  const isRest = (item: LineItem) => item.kind !== 'archive' || !first.includes(item.archive);
  const rest = line.items.filter(isRest);
  const at = rest.findIndex((item) => item.kind === 'archive');
  const cut = at < 0 ? rest.length : at;
  const ungrouped = moved.map((item) => ({ ...item, group: NONE }));
  const unread = line.unread.map((library) => {
    const before = line.items.slice(0, library.at).filter(isRest).length;
    return { ...library, at: before < cut ? before : before + moved.length };
  });
  return { ...line, items: [...rest.slice(0, cut), ...ungrouped, ...rest.slice(cut)], unread };
}

/** The same line with these archives named once more at its end. */
export function withArchivesRepeated(line: LinkLine, again: readonly ArchiveId[]): LinkLine {
  const repeats = again.map((archive) => ({ kind: 'archive', archive, whole: false, group: NONE }) as const);
  return { ...line, items: [...line.items, ...repeats] };
}

/** The same line with everything from its first archive to its last in one group. */
export function withOneGroup(line: LinkLine): LinkLine {
  const isArchive = (item: LineItem) => item.kind === 'archive';
  const first = line.items.findIndex(isArchive);
  const last = line.items.findLastIndex(isArchive);
  const items = line.items.map((item, at) =>
    at >= first && at <= last ? { ...item, group: 0 } : { ...item, group: NONE },
  );
  const unread = line.unread.map((library) => ({
    ...library,
    group: library.at > first && library.at <= last ? 0 : NONE,
  }));
  return { ...line, items, unread };
}
