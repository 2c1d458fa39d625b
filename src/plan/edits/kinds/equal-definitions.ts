import type { Inputs } from '../../../link/inputs/inputs.js';
import type { SymbolId, SymbolTable } from '../../../symbols/table.js';
import { extentOf, type SectionGraph, type SectionGraphs } from '../section-graph.js';

/** Whether two definitions have the same bytes and refer to the same names; false where that cannot be read. */
export const haveEqualContent = (
  ...[inputs, images, one, other]: Parameters<typeof compareContent>
): boolean => compareContent(inputs, images, one, other) === true;

/** Whether two definitions have the same bytes and refer to the same names; null where that cannot be read. */
export function compareContent(
  { symbols }: Inputs,
  images: SectionGraphs,
  one: SymbolId,
  other: SymbolId,
): boolean | null {
  if (one === other) return true;
  const [a, b] = [one, other].map((symbol) => contentIn(symbols, images, symbol));
  return a === null || b === null ? null : a === b;
}

/** Whether the content of a definition can be compared: then it is that of the definition in an equal member. */
export const isComparable = ({ symbols }: Inputs, images: SectionGraphs, symbol: SymbolId): boolean =>
  contentIn(symbols, images, symbol) !== null;

const contentIn = (symbols: SymbolTable, images: SectionGraphs, symbol: SymbolId): string | null =>
  contentOf(images(symbols.member[symbol]), symbols.names.text(symbols.name[symbol]));

/** The bytes of a definition and its relocations, as text; null where they cannot be compared. */
function contentOf(graph: SectionGraph | null, name: string): string | null {
  const symbol = graph?.definitionOf(name) ?? null;
  if (graph === null || symbol === null) return null;
  const { image } = graph;
  const section = image.sections[symbol.section];
  const [start, end] = extentOf(image, symbol);
  const bytes = Buffer.from(section.bytes.subarray(start, end));
  const relocations = graph.relocationsIn(symbol.section, start, end).map((relocation) => {
    const target = image.symbols[relocation.symbol];
    // Offsets into a section of one object cannot be compared with those of another.
    const where = target !== undefined && target.binding !== 'local' ? target.name : null;
    return where === null
      ? null
      : `${relocation.offset - start} ${relocation.type} ${where} ${relocation.addend}`;
  });
  if (relocations.includes(null)) return null;
  const content = bytes.every((byte) => byte === 0) ? '' : bytes.toString('latin1');
  return [String(end - start), section.isWritable, content, ...relocations].join('\n');
}
