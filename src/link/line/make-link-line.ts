import { append } from '../../bytes/append.js';
import { joinLayouts, type LayoutPatterns } from '../command/layout-patterns.js';
import type { LineInput, ParsedLine } from '../command/parsed-line.js';
import { objectName, startUpNames } from '../inputs/c-names.js';
import type { FoundScript } from '../inputs/find-inputs.js';
import type { ArchiveId, InputPlace, Inputs } from '../inputs/inputs.js';
import { wrappedNames } from '../inputs/wrapped-names.js';
import {
  itemAt,
  type LineItem,
  type LinkLine,
  type MissingLibrary,
  type Request,
  type Root,
  withDefinitions,
} from './link-line.js';
import { objcMembers } from './objc-members.js';
import { type Reexported, withReexported } from './reexported-files.js';

/** A parsed line and the inputs that were found for it. */
export interface ReadLine {
  readonly inputs: Inputs;
  readonly parsed: ParsedLine;
  readonly scripts: readonly FoundScript[];
  /** In the order in which a linker reads them; inputs of a linker script are in the script's position. */
  readonly placeOf: ReadonlyMap<LineInput, InputPlace>;
  readonly missing: readonly MissedLibrary[];
  readonly requests: LinkLine['requests'];
  readonly reexported: Reexported;
}

interface MissedLibrary {
  readonly what: string;
  readonly group: number;
  /** Inputs that follow it. */
  readonly behind: readonly LineInput[];
}

/** The line as a linker sees it. */
export function makeLinkLine(read: ReadLine): LinkLine {
  const { inputs, parsed, requests } = read;
  const layout = layoutOf(parsed, read.scripts);
  const placed = placeItems(read);
  const rows = placed.map(({ row }) => row);
  const items = withDefinitions(
    placed.map(({ item }) => item),
    rows,
    parsed.symbols.definitions,
    inputs.symbols.names,
  );
  return {
    items,
    missingLibraries: missingOf(read, placed, items),
    roots: rootsOf(read, items),
    exportsSymbols: parsed.exportsSymbols,
    exports: { ...parsed.exports, versions: [...parsed.exports.versions, ...layout.versions] },
    layout,
    stripsDead: parsed.apple.stripsDead,
    collectsSections: parsed.collectsSections,
    commonExtracts: parsed.symbols.commonExtracts,
    wrapped: wrappedNames(inputs, parsed.symbols.wrapped),
    requests,
    ownRequests: ownRequestsOf(read),
  };
}

/** Placement of sections by linker scripts and order files. */
export const layoutOf = (parsed: ParsedLine, scripts: readonly FoundScript[]): LayoutPatterns =>
  joinLayouts([...parsed.orders, ...scripts.map(({ layout }) => layout)]);

interface PlacedItem {
  readonly item: LineItem;
  readonly input: LineInput;
  /** Of the line's inputs; what a script names is where the script is. */
  readonly row: number;
}

/** Default libraries are searched after all other inputs, so their items come last. */
const isDefault = ({ kind }: LineInput): boolean => kind === 'default-library';

function placeItems(read: ReadLine): PlacedItem[] {
  const { parsed, placeOf } = read;
  const inputsInOrder = [...placeOf.keys()];
  const ordered = [...inputsInOrder.filter((input) => !isDefault(input)), ...inputsInOrder.filter(isDefault)];
  const rowsOfLine = new Map(parsed.inputs.map((input, row) => [input, row]));
  const whole = wholeArchives(read);
  const placed: PlacedItem[] = [];
  let row = 0;
  for (const input of ordered) {
    row = rowsOfLine.get(input) ?? row;
    const place = placeOf.get(input);
    if (!place) continue;
    const own = itemsOf(read, input, place, whole);
    append(
      placed,
      own.map((item) => ({ item, input, row })),
    );
  }
  return placed;
}

/** /wholearchive:x applies to every mention of the file. */
const wholeArchives = ({ placeOf }: ReadLine): Set<ArchiveId> =>
  new Set(
    [...placeOf].flatMap(([{ kind, whole }, place]) =>
      kind === 'searched-path' && whole && place.kind === 'archive' ? [place.archive] : [],
    ),
  );

function itemsOf(
  { inputs, parsed, reexported }: ReadLine,
  input: LineInput,
  place: InputPlace,
  wholeArchives: ReadonlySet<ArchiveId>,
): LineItem[] {
  const whole = input.whole || (place.kind === 'archive' && wholeArchives.has(place.archive));
  const taken = itemAt(place, { ...input, whole });
  const item = taken.kind === 'archive' && isDefault(input) ? { ...taken, isDefault: true } : taken;
  return parsed.apple.loadsObjc && item.kind === 'archive' && inputs.format === 'macho'
    ? [{ ...item, loads: objcMembers(inputs, inputs.archives[item.archive]) }]
    : withReexported(item, reexported);
}

function missingOf(
  { missing }: ReadLine,
  placed: readonly PlacedItem[],
  items: readonly LineItem[],
): MissingLibrary[] {
  const firstItem = new Map<LineInput, LineItem>();
  for (const { input, item } of placed)
    if (!isDefault(input) && !firstItem.has(input)) firstItem.set(input, item);
  return missing.map(({ what, group, behind }) => {
    const next = behind.flatMap((input) => firstItem.get(input) ?? [])[0];
    return { what, at: next === undefined ? items.length : items.indexOf(next), group };
  });
}

function rootsOf({ inputs, parsed, scripts }: ReadLine, items: readonly LineItem[]): Root[] {
  const root =
    (reason: Root['reason']) =>
    (text: string): Root => ({ name: inputs.symbols.names.internText(text), reason });
  const required = [
    ...parsed.symbols.required,
    ...parsed.microsoft.unmangledRoots.map((name) => objectName(inputs, name)),
    ...scripts.flatMap((script) => script.required),
  ];
  const entry = parsed.symbols.entry ?? scripts.find((script) => script.entry !== null)?.entry ?? null;
  const isProgram = !parsed.isSharedOrRelocatable && items.some((item) => item.kind === 'object');
  return [
    ...required.map(root('option')),
    ...parsed.symbols.exported.map(root('export')),
    ...parsed.symbols.startFunctions.map(root('start-function')),
    ...(entry === null ? [] : [entry]).map(root('entry')),
    ...(isProgram ? startUpNames(inputs) : []).map(root('start-up')),
  ];
}

/** Linker directives that are given on the command line. */
function ownRequestsOf({ inputs, parsed }: ReadLine): Request[] {
  const intern = (text: string) => inputs.symbols.names.internText(text);
  return [
    ...parsed.microsoft.alternates.map(
      ({ from, to }): Request => ({ kind: 'alternate', from: intern(from), to: intern(to) }),
    ),
    ...parsed.microsoft.cExports.map(
      (name): Request => ({ kind: 'export', name: intern(objectName(inputs, name)) }),
    ),
    ...parsed.microsoft.optionalIncludes.map(
      (name): Request => ({ kind: 'include-if-offered', name: intern(name) }),
    ),
  ];
}
