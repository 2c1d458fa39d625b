import type { LinkGraph } from '../link/inputs/link-graph.js';
import { storedImage } from '../link/inputs/member-image.js';
import type { LinkLine } from '../link/line/link-line.js';
import { type Clash, type ClashRows, clashRowsOf, type Resolution } from '../link/resolve/resolution.js';
import type { ImageSection, ObjectImage } from '../symbols/image/object-image.js';
import { NONE, type SymbolId } from '../symbols/table.js';

/**
 * Duplicates that a linker reports. mold checks for them after garbage collection (--gc-sections), others before: so
 * mold does not report an overridden definition in a section that nothing else keeps (mold src/main.cc: `gc_sections`
 * comes before `check_duplicate_symbols`).
 */
export function reportedClashes(
  graph: LinkGraph,
  { collectsSections }: Pick<LinkLine, 'collectsSections'>,
  resolution: Resolution,
): readonly Clash[] {
  if (!collectsFirst(resolution, collectsSections)) return resolution.clashes;
  return resolution.clashes.flatMap((clash) => {
    const winner = resolution.winners[clash.name];
    const definitions = clash.definitions.filter((one) => one === winner || isKept(graph, resolution, one));
    return definitions.length < 2 ? [] : [{ ...clash, definitions }];
  });
}

/** The same as rows. */
export function reportedRows(
  graph: LinkGraph,
  line: Pick<LinkLine, 'collectsSections'>,
  resolution: Resolution,
): ClashRows {
  return collectsFirst(resolution, line.collectsSections)
    ? clashRowsOf(reportedClashes(graph, line, resolution))
    : resolution.clashRows;
}

const collectsFirst = ({ profile }: Resolution, collectsSections: boolean): boolean =>
  profile.id === 'mold' && collectsSections;

/** How many definitions of a link are duplicates that its linker reports. */
export function reportedDuplicates(
  graph: LinkGraph,
  line: Pick<LinkLine, 'collectsSections'>,
  resolution: Resolution,
): number {
  const { name, definition } = resolution.clashRows;
  if (!collectsFirst(resolution, line.collectsSections)) return definition.length - name.length;
  return duplicateCount(reportedClashes(graph, line, resolution));
}

export const duplicateCount = (clashes: readonly Clash[]): number =>
  clashes.reduce((sum, { definitions }) => sum + definitions.length - 1, 0);

/** Whether anything except the overridden name keeps the section of a definition. In doubt the section is kept. */
function isKept(graph: LinkGraph, { winners }: Resolution, lost: SymbolId): boolean {
  const { symbols } = graph.inputs;
  const member = symbols.member[lost];
  const image = storedImage(graph.inputs, member);
  const row = image?.sections.findIndex(({ number }) => number === symbols.section[lost]) ?? NONE;
  if (image === null || row < 0 || !isCollectable(image.sections[row])) return true;
  for (let symbol = symbols.firstSymbol[member]; symbol < symbols.firstSymbol[member + 1]; symbol++)
    if (symbols.section[symbol] === symbols.section[lost] && winners[graph.name[symbol]] === symbol)
      return true;
  return isReferredTo(image, row);
}

const isCollectable = ({ use, name }: ImageSection): boolean =>
  (use === 'code' || use === 'constant' || use === 'data' || use === 'zero') && !/^[A-Za-z_]\w*$/.test(name);

/** Whether another section of the file refers to a section without using a global name. */
function isReferredTo({ sections, symbols }: ObjectImage, row: number): boolean {
  return sections.some(
    ({ use, relocations }, at) =>
      at !== row &&
      use !== 'ignored' &&
      use !== 'unwind' &&
      relocations.some(({ symbol, section }) => {
        const target = symbol === NONE ? section : symbols[symbol].section;
        return target === row && (symbol === NONE || symbols[symbol].binding === 'local');
      }),
  );
}
